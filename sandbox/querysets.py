from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Case, DateTimeField, F, Q, When
from django.utils import timezone

if TYPE_CHECKING:
    from sandbox.models import Call, Trouble  # noqa: F401 - named in strings below

Row = TypeVar("Row", bound=models.Model)

COMPARISONS = {"Gt": "gt", "Lt": "lt", "Ge": "gte", "Le": "lte"}


class OwnedQuerySet(models.QuerySet[Row]):
    """What a key may see."""

    def of(self, key: str) -> Self:
        """Only what was made with this key."""
        return self.filter(key=key)

    def dated(self, bounds: dict[str, datetime]) -> Self:
        """Only what lies within: `{"createdAtGe": …, "updatedAtLt": …}`, as the provider names its parameters."""
        columns = {"createdAt": "created_at", "updatedAt": "updated_at"}
        return self.filter(
            **{f"{columns[name[:-2]]}__{COMPARISONS[name[-2:]]}": moment for name, moment in bounds.items()}
        )


class CallQuerySet(OwnedQuerySet["Call"]):
    """Calls move with the clock, and with them what was changed when."""

    def dated(self, bounds: dict[str, datetime]) -> Self:
        """As for all others; the last change of a call is the last point of its plan that is reached."""
        created = {name: moment for name, moment in bounds.items() if name.startswith("created")}
        changed = {name: moment for name, moment in bounds.items() if name.startswith("updated")}
        calls = super().dated(created)
        if not changed:
            return calls
        return calls.annotate(changed_at=_last_change(timezone.now())).filter(
            **{f"changed_at__{COMPARISONS[name[-2:]]}": moment for name, moment in changed.items()}
        )

    def running(self) -> Self:
        """Those that have not ended."""
        return self.filter(ended_at__gt=timezone.now())


def _last_change(reached: datetime) -> Case:
    points = ("ended_at", "started_at", "ringing_at")
    return Case(
        *(When(Q(**{f"{point}__lte": reached}), then=F(point)) for point in points),
        default=F("created_at"),
        output_field=DateTimeField(),
    )


class TroubleQuerySet(models.QuerySet["Trouble"]):
    """The faults that are switched on."""

    def on(self, provider: str) -> Self:
        """Those of one provider, the oldest first."""
        return self.filter(Q(remaining=None) | Q(remaining__gt=0), provider=provider)

from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Case, DateTimeField, F, Q, When
from django.utils import timezone

from core.clock import MAX_SKEW

if TYPE_CHECKING:
    from sandbox.models import Call, Trouble  # noqa: F401 - named in strings below

Row = TypeVar("Row", bound=models.Model)

COMPARISONS = {"Gt": "gt", "Lt": "lt", "Ge": "gte", "Le": "lte"}


class OwnedQuerySet(models.QuerySet[Row]):
    """Rows that belong to a key."""

    def of(self, key: str) -> Self:
        """Rows created with this key."""
        return self.filter(key=key)

    def dated(self, bounds: dict[str, datetime]) -> Self:
        """Rows within `{"createdAtGe": …, "updatedAtLt": …}`, as Vapi names its parameters."""
        columns = {"createdAt": "created_at", "updatedAt": "updated_at"}
        return self.filter(
            **{f"{columns[name[:-2]]}__{COMPARISONS[name[-2:]]}": moment for name, moment in bounds.items()}
        )


class CallQuerySet(OwnedQuerySet["Call"]):
    """Calls: their state, and so their last change, is read from the clock."""

    def dated(self, bounds: dict[str, datetime]) -> Self:
        """As above; a call's last change is the last point of its plan that has passed."""
        created = {name: moment for name, moment in bounds.items() if name.startswith("created")}
        changed = {name: moment for name, moment in bounds.items() if name.startswith("updated")}
        calls = super().dated(created)
        if not changed:
            return calls
        return calls.annotate(changed_at=_last_change(timezone.now())).filter(
            **{f"changed_at__{COMPARISONS[name[-2:]]}": moment for name, moment in changed.items()}
        )

    def running(self) -> Self:
        """Calls that have not ended."""
        now = timezone.now()  # a call from later than now was made while the clock was fast
        return self.filter(ended_at__gt=now, created_at__lt=now + MAX_SKEW)


def _last_change(reached: datetime) -> Case:
    points = ("ended_at", "started_at", "ringing_at")
    return Case(
        *(When(Q(**{f"{point}__lte": reached}), then=F(point)) for point in points),
        default=F("created_at"),
        output_field=DateTimeField(),
    )


class TroubleQuerySet(models.QuerySet["Trouble"]):
    """Queries on faults."""

    def on(self, provider: str) -> Self:
        """Faults of one provider that are switched on, the oldest first."""
        return self.filter(Q(remaining=None) | Q(remaining__gt=0), provider=provider)

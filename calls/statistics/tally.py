"""What calls add to the sums: a pure function of their rows and of the parts of their costs."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Model, Q, Sum
from django.db.models.functions import Coalesce, ExtractMinute, TruncHour

from calls.enums import Status
from calls.models import Call, CostBucket, CostPart, CountBucket, EndingBucket

MICROS = 1_000_000
QUARTER = 15  # minutes
COUNTED = ("calls", "ended", "answered", "seconds")

Key = tuple[Any, ...]  # a quarter's start, and what else tells its buckets apart

_ROW = ("pk", "created_at", "status", "started_at", "seconds", "ended_reason")
_PART = ("cost_parts__provider", "cost_parts__currency", "cost_parts__amount")
_ENDED = Q(status=Status.ENDED)
_ANSWERED = _ENDED & Q(started_at__isnull=False)


@dataclass
class Tally:
    """Sums by bucket, or the difference of two; `counts` holds one counter for each of COUNTED."""

    counts: dict[str, Counter[Key]] = field(default_factory=lambda: {name: Counter() for name in COUNTED})
    endings: Counter[Key] = field(default_factory=Counter)  # by start and reason
    costs: Counter[Key] = field(default_factory=Counter)  # by start, provider and currency, in millionths

    def subtract(self, other: "Tally") -> None:
        """Turn these sums into what they exceed others by."""
        for name, counter in self.counts.items():
            counter.subtract(other.counts[name])
        self.endings.subtract(other.endings)
        self.costs.subtract(other.costs)

    @property
    def calls(self) -> int:
        return self.counts["calls"].total()

    def rows(self) -> Iterator[tuple[type[Model], dict[str, Any], dict[str, int]]]:
        """The buckets that are not zero, in order: their model, the columns that tell them apart, and their sums."""
        for key in sorted(
            {key for counter in self.counts.values() for key, value in counter.items() if value}
        ):
            yield CountBucket, {"start": key[0]}, {name: self.counts[name][key] for name in COUNTED}
        for (start, reason), ended in sorted(self.endings.items()):
            if ended:
                yield EndingBucket, {"start": start, "ended_reason": reason}, {"ended": ended}
        for (start, provider, currency), micros in sorted(self.costs.items()):
            if micros:
                names = {"start": start, "provider": provider, "currency": currency}
                yield CostBucket, names, {"micros": micros}


def quarter_of(moment: datetime) -> datetime:
    """The start of the quarter of an hour, in UTC."""
    moment = moment.astimezone(UTC)
    return moment.replace(minute=moment.minute // QUARTER * QUARTER, second=0, microsecond=0)


def tally_calls(pks: Iterable[uuid.UUID]) -> Tally:
    """What these calls add to the sums now: one query. Test calls, and those that do not exist, add nothing."""
    tally, seen = Tally(), set()
    for row in Call.objects.customers().filter(pk__in=pks).order_by().values_list(*_ROW, *_PART):
        pk, created_at, status, started_at, seconds, reason, provider, currency, amount = row
        start = quarter_of(created_at)
        if provider:
            tally.costs[start, provider, currency] += int(amount * MICROS)
        if pk in seen:  # another part of the same call's cost
            continue
        seen.add(pk)
        has_ended = status == Status.ENDED
        was_answered = has_ended and started_at is not None
        found = (1, int(has_ended), int(was_answered), (seconds or 0) if was_answered else 0)
        for name, value in zip(COUNTED, found, strict=True):
            tally.counts[name][start,] += value
        tally.endings[start, reason] += int(has_ended)
    return tally


def tally_organization(organization_id: uuid.UUID) -> Tally:
    """What all calls of an organisation add up to: a plain aggregate over calls, and one over costs."""
    tally = Tally()
    calls = Call.objects.customers().filter(organization_id=organization_id).order_by()
    sums = {
        "calls": Count("pk"),
        "ended": Count("pk", filter=_ENDED),
        "answered": Count("pk", filter=_ANSWERED),
        "seconds": Coalesce(Sum("seconds", filter=_ANSWERED), 0),
    }
    counted = calls.values_list(*_quarter("created_at"), "ended_reason").annotate(**sums)
    for hour, quarter, reason, *found in counted:
        for name, value in zip(COUNTED, found, strict=True):
            tally.counts[name][_start(hour, quarter),] += value
        tally.endings[_start(hour, quarter), reason] += found[1]
    parts = CostPart.objects.filter(call__organization_id=organization_id, call__is_test=False).order_by()
    paid = parts.values_list(*_quarter("call__created_at"), "provider", "currency").annotate(Sum("amount"))
    for hour, quarter, provider, currency, amount in paid:
        tally.costs[_start(hour, quarter), provider, currency] += round(amount * MICROS)
    return tally


def _quarter(column: str) -> tuple[Any, Any]:
    """The hour, and the minute at which the quarter begins: the database's own words for `quarter_of`."""
    minute = ExtractMinute(column, tzinfo=UTC)
    return TruncHour(column, tzinfo=UTC), minute - minute % QUARTER  # PostgreSQL's division keeps fractions


def _start(hour: datetime, minute: float) -> datetime:
    return hour + timedelta(minutes=int(minute))

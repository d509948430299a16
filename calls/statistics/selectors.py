"""Figures over an organisation's calls in a period of its own days, read from the kept sums in four queries."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import FilteredRelation, Q, QuerySet, Sum

from calls.endings.causes import Cause, find_cause
from calls.models import CallCount, CostBucket, CountBucket, EndingBucket
from calls.statistics.local_time import LocalTime
from calls.statistics.periods import Period, Span, today_in
from calls.statistics.services import ensure_counted
from calls.statistics.tally import COUNTED, MICROS
from organizations.models import Organization

Rows = TypeVar("Rows", bound=QuerySet[Any])
SUMS = tuple(f"sum_{name}" for name in COUNTED)  # the columns of Figures
Costs = dict[tuple[str, str], Decimal]  # by currency and provider


@dataclass
class Figures:
    """Sums over calls. `answered`: a conversation began, even if only with a voicemail; `seconds` is its length.

    Calls that still run are in `calls` alone.
    """

    calls: int = 0
    ended: int = 0
    answered: int = 0
    seconds: int = 0

    def __iadd__(self, other: "Figures") -> "Figures":
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)
        return self

    @property
    def unanswered(self) -> int:
        return self.ended - self.answered

    @property
    def mean_seconds(self) -> float | None:
        """None where no call was answered."""
        return self.seconds / self.answered if self.answered else None

    @property
    def answered_share(self) -> float | None:
        """Of the ended calls, in percent; None where none has ended."""
        return self.answered / self.ended * 100 if self.ended else None


@dataclass
class Statistics:
    """What is known of the calls in a period. `before` and `costs_before` are those of the period before."""

    period: Period
    zone: ZoneInfo
    today: Figures = field(default_factory=Figures)
    month: Figures = field(default_factory=Figures)
    ever: int = 0
    total: Figures = field(default_factory=Figures)
    before: Figures = field(default_factory=Figures)
    days: dict[date, Figures] = field(default_factory=dict)
    hours: Counter[tuple[int, int]] = field(
        default_factory=Counter
    )  # calls by weekday (Monday is 0) and hour
    endings: Counter[Cause] = field(default_factory=Counter)
    day_costs: dict[date, Costs] = field(default_factory=dict)
    costs: Costs = field(default_factory=dict)
    costs_before: Costs = field(default_factory=dict)


def read_statistics(organization: Organization, period: Period) -> Statistics:
    """The figures of a period, in the organisation's time zone. Calls that were never counted are counted first."""
    zone = ZoneInfo(organization.timezone)
    found = Statistics(period, zone)
    if not _read_sums(organization, found):
        ensure_counted(organization.pk)
        _read_sums(organization, found)
    _read_days(organization, found)
    _read_endings(organization, found)
    _read_costs(organization, found)
    return found


def _read_sums(organization: Organization, found: Statistics) -> bool:
    """The sums that are not split; False where the calls were never counted."""
    today = today_in(found.zone)
    spans = {
        "before": found.period.before,
        "today": Span(today, today),
        "month": Span(today.replace(day=1), today),
    }
    bounds = {name: span.bounds(found.zone) for name, span in spans.items()}
    first, last = min(start for start, _end in bounds.values()), max(end for _start, end in bounds.values())
    bucket = "organization__count_buckets"
    in_reach = Q(**{f"{bucket}__start__gte": first, f"{bucket}__start__lt": last})
    rows = CallCount.objects.filter(pk=organization.pk).order_by().values("calls")
    rows = rows.annotate(bucket=FilteredRelation(bucket, condition=in_reach))
    sums = {
        f"{name}_{column}": each
        for name, (start, end) in bounds.items()
        for column, each in _sums("bucket__", Q(bucket__start__gte=start, bucket__start__lt=end)).items()
    }
    row: Any = next(iter(rows.annotate(**sums)), None)
    if row is None:
        return False
    found.ever = row["calls"]
    for name in spans:
        setattr(found, name, Figures(*(row[f"{name}_{column}"] or 0 for column in SUMS)))
    return True


def _read_days(organization: Organization, found: Statistics) -> None:
    found.days = {day: Figures() for day in found.period.span}
    rows = _within(CountBucket.objects.filter(organization=organization), found.period.span, found.zone)
    local = LocalTime(found.zone, *found.period.span.bounds(found.zone))
    split = rows.values_list(local.date("start"), local.hour("start"))
    for day, hour, *sums in split.annotate(**_sums()):
        figures = Figures(*sums)
        found.days[day] += figures
        found.total += figures
        found.hours[day.weekday(), hour] += figures.calls


def _read_endings(organization: Organization, found: Statistics) -> None:
    rows = _within(EndingBucket.objects.filter(organization=organization), found.period.span, found.zone)
    for reason, ended in rows.values_list("ended_reason").annotate(Sum("ended")):
        if ended:
            found.endings[find_cause(reason)] += ended


def _read_costs(organization: Organization, found: Statistics) -> None:
    span = Span(found.period.before.first, found.period.span.last)
    rows = _within(CostBucket.objects.filter(organization=organization), span, found.zone)
    local = LocalTime(found.zone, *span.bounds(found.zone))
    split = rows.values_list(local.date("start"), "currency", "provider").annotate(Sum("micros"))
    for day, currency, provider, micros in split:
        key, amount = (currency, provider), Decimal(micros) / MICROS
        if day >= found.period.span.first:
            found.day_costs.setdefault(day, {})[key] = amount
            found.costs[key] = found.costs.get(key, Decimal()) + amount
        elif day <= found.period.before.last:
            found.costs_before[key] = found.costs_before.get(key, Decimal()) + amount


def _within(rows: Rows, span: Span, zone: ZoneInfo) -> Rows:
    start, end = span.bounds(zone)
    return rows.filter(start__gte=start, start__lt=end).order_by()


def _sums(prefix: str = "", within: Q | None = None) -> dict[str, Sum]:
    """The columns of Figures as aggregates; `prefix` leads to the buckets, `within` narrows them."""
    return {f"sum_{name}": Sum(f"{prefix}{name}", filter=within) for name in COUNTED}

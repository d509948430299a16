"""Periods of whole days in a time zone, and the period before that each is compared with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

LENGTHS = (7, 30, 90)  # days
DEFAULT = 30
EARLIEST_YEAR = 2000
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True)
class Span:
    """Days, both ends included."""

    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(len(self)))

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The midnights at which the days begin and end, however long clock changes make them."""
        return midnight(self.first, zone), midnight(self.last + timedelta(days=1), zone)


@dataclass(frozen=True)
class Period:
    """A span up to today or a calendar month, and the span before; `name` is how an address spells it."""

    name: str
    span: Span
    before: Span

    @property
    def is_month(self) -> bool:
        return "-" in self.name

    @property
    def days(self) -> int:
        return len(self.span)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins."""
    return datetime.combine(day, time.min, zone)


def today_in(zone: ZoneInfo) -> date:
    """The date of now."""
    return timezone.localtime(timezone=zone).date()


def read_period(name: str, today: date) -> Period:
    """`7`, `30`, `90` days up to today, or a month as `2026-11`; anything else is the default."""
    month = read_month(name, today)
    if month:
        return month_period(month, today)
    days = int(name) if name in {str(length) for length in LENGTHS} else DEFAULT
    first = today - timedelta(days=days - 1)
    return Period(
        str(days), Span(first, today), Span(first - timedelta(days=days), first - timedelta(days=1))
    )


def read_month(name: str, today: date) -> date | None:
    """The first day of a month written as `2026-11`; None for what is none, and for one that is still to come."""
    found = _MONTH.fullmatch(name)
    if not found or not name.isascii() or not 1 <= int(found[2]) <= 12:
        return None
    first = date(max(int(found[1]), 1), int(found[2]), 1)
    return first if first.year >= EARLIEST_YEAR and first <= today else None


def month_period(first: date, today: date) -> Period:
    """The month that begins on `first`; one that is not over is compared with as many days of the month before."""
    end = next_month(first) - timedelta(days=1)
    last = min(end, today)
    before = previous_month(first)
    before_last = first - timedelta(days=1)
    if last < end:
        before_last = min(before_last, before + (last - first))
    return Period(f"{first:%Y-%m}", Span(first, last), Span(before, before_last))


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=32)).replace(day=1)


def previous_month(first: date) -> date:
    """The first day of the month before."""
    return (first - timedelta(days=1)).replace(day=1)

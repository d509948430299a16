"""The month of an organisation's own clock, and how much of it has passed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone

from calls.statistics.periods import midnight, next_month
from organizations.models import Organization

FIRST_FORECAST = 3  # the day of the month from which a forecast says something


@dataclass(frozen=True)
class Month:
    """The month that runs at `now`, between the midnights at which it begins and ends (UTC)."""

    first: date
    today: date
    start: datetime
    end: datetime
    now: datetime

    def forecast(self, spent: Decimal) -> Decimal | None:
        """What the whole month costs if it goes on like this; None in its first two days."""
        if self.today.day < FIRST_FORECAST:
            return None
        whole, passed = self.end - self.start, self.now - self.start
        return spent * Decimal(whole.total_seconds()) / Decimal(passed.total_seconds())


def month_of(organization: Organization) -> Month:
    """The organisation's month now."""
    zone, now = ZoneInfo(organization.timezone), timezone.now()
    today = now.astimezone(zone).date()
    first = today.replace(day=1)
    # In UTC: the difference of two times of one zone leaves its clock changes out.
    bounds = [midnight(day, zone).astimezone(UTC) for day in (first, next_month(first))]
    return Month(first, today, bounds[0], bounds[1], now)

"""Until when an item can be put off, in the organisation's time zone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import pgettext_lazy

EVENING, MORNING = time(18), time(8)
MONDAY, SUNDAY = 0, 6  # as `date.weekday()` counts
# Where the working week begins on Sunday.
SUNDAY_ZONES = frozenset({"Asia/Jerusalem"})


class Snooze(models.TextChoices):
    """The moments that are offered."""

    EVENING = "evening", pgettext_lazy("put off until", "This evening")
    MORNING = "morning", pgettext_lazy("put off until", "Tomorrow morning")
    WEEK = "week", pgettext_lazy("put off until", "Next week")


def snooze_moments(now: datetime, timezone_name: str) -> dict[Snooze, datetime]:
    """Each moment that is still to come: 18:00 today, 8:00 tomorrow, 8:00 on the first working day of next week."""
    zone = ZoneInfo(timezone_name)
    today = now.astimezone(zone).date()
    first_day = SUNDAY if timezone_name in SUNDAY_ZONES else MONDAY
    moments = {
        Snooze.EVENING: datetime.combine(today, EVENING, zone),
        Snooze.MORNING: datetime.combine(today + timedelta(days=1), MORNING, zone),
        Snooze.WEEK: datetime.combine(_next(first_day, today), MORNING, zone),
    }
    return {name: moment for name, moment in moments.items() if moment > now}


def _next(weekday: int, today: date) -> date:
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)

"""Hours of a member's own clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def next_start(now: datetime, zone: str, hour: int) -> datetime:
    """The next time after `now` at which the clock of `zone` (an IANA name) shows `hour` o'clock.

    An hour that the clock skips in spring starts when the next one does; one that it repeats counts once.
    """
    clock = ZoneInfo(zone)
    day = now.astimezone(clock).date()
    for later in range(3):
        local = datetime.combine(day + timedelta(days=later), time(hour), tzinfo=clock)
        start = local.astimezone(UTC)
        if start > now:
            return start
    raise AssertionError("an hour comes within two days")


def is_within(now: datetime, zone: str, start: int, stop: int) -> bool:
    """Whether the clock of `zone` shows a time from `start` to `stop` o'clock, over midnight where `start` is later."""
    hour = now.astimezone(ZoneInfo(zone)).hour
    if start < stop:
        return start <= hour < stop
    return hour >= start or hour < stop


def quiet_end(now: datetime, zone: str, start: int, stop: int) -> datetime:
    """`now`, or the end of the quiet hours in which it lies."""
    return next_start(now, zone, stop) if is_within(now, zone, start, stop) else now

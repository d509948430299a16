"""Local dates and hours as expressions of the database, by offsets that this process knows.

The database's own time zones may be of another year, or not know a name; a period has few clock changes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import timezone as fixed
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Q, When
from django.db.models.functions import ExtractHour, TruncDate

QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class LocalTime:
    """The local time of moments between two others."""

    zone: ZoneInfo
    start: datetime
    end: datetime

    def date(self, column: str) -> Any:
        """The local date of a column."""
        return self._by_offset(column, TruncDate)

    def hour(self, column: str) -> Any:
        """The local hour of a column."""
        return self._by_offset(column, ExtractHour)

    def _by_offset(self, column: str, function: Any) -> Any:
        *changes, (_end, last) = self.offsets
        cases = [
            When(Q(**{f"{column}__lt": until}), then=function(column, tzinfo=fixed(offset)))
            for until, offset in changes
        ]
        default = function(column, tzinfo=fixed(last))
        return Case(*cases, default=default) if cases else default

    @cached_property
    def offsets(self) -> list[tuple[datetime, timedelta]]:
        """The offsets from UTC in order, each with the moment until which it holds."""
        found, moment = [], self.start.astimezone(UTC)
        end = self.end.astimezone(UTC)
        while moment < end:
            offset, until = self._offset(moment), moment
            while until < end and self._offset(until) == offset:
                step = timedelta(days=1)
                # Days first, then quarters: no zone changes its clocks twice within a day.
                until += step if self._offset(min(until + step, end)) == offset else QUARTER
            found.append((min(until, end), offset))
            moment = until
        return found

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self.zone).utcoffset() or timedelta()

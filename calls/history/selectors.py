"""Reads of the list of calls: a page of it, and whether it has news."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from calls.call_back.selectors import is_callable_back
from calls.endings.causes import Cause, find_cause
from calls.endings.explanations import tone_of
from calls.enums import CostState
from calls.history.filters import CallFilters, filter_calls
from calls.models import Call, Erasure
from core.web.pages import Page, keyset_page
from organizations.models import Organization

PAGE_SIZE = 25  # rows
# A change may be committed after a later one, or dated by a slower clock: changes of so long ago are shown again.
OVERLAP = timedelta(seconds=5)


@dataclass(frozen=True)
class CallRow:
    """A call as the list shows it; `name` is that of its number, if it has one."""

    call: Call
    name: str = ""

    @property
    def cause(self) -> Cause | None:
        """None while the call runs."""
        return find_cause(self.call.ended_reason) if self.call.has_ended else None

    @property
    def tone(self) -> str:
        """The colour of the ending's badge; hanging up before a word is no success."""
        if self.cause is Cause.CUSTOMER_ENDED and not self.call.subject:
            return "hollow"
        return tone_of(self.cause) if self.cause else "live"

    @property
    def is_missed(self) -> bool:
        """Whether no conversation came about."""
        return self.cause in {Cause.MISSED, Cause.NOT_REACHED} or (
            self.call.has_ended and self.call.started_at is None
        )

    @property
    def is_callable_back(self) -> bool:
        return is_callable_back(self.call)

    @cached_property
    def estimated(self) -> frozenset[str]:
        """The currencies in which a part of the cost is estimated."""
        parts = self.call.cost_parts.all()
        return frozenset(part.currency for part in parts if part.state == CostState.ESTIMATED)

    @property
    def costs(self) -> list[tuple[Decimal, str, bool]]:
        """An amount for each currency, and whether a part of it is estimated."""
        sums = sorted(self.call.costs().items())
        return [(amount, currency, currency in self.estimated) for currency, amount in sums]

    @property
    def is_cost_to_grow(self) -> bool:
        """Whether the call is over and a part of its cost is not known, not even about."""
        about = self.call.is_reported and bool(self.estimated)
        return self.call.has_ended and not self.call.is_priced and not about


@dataclass(frozen=True)
class Day:
    """The calls of one day in the organisation's time zone; `name` is "today", "yesterday" or ""."""

    date: date
    name: str
    rows: list[CallRow]


def read_calls(organization: Organization, filters: CallFilters, cursor: str = "") -> Page[Call]:
    """The newest calls that match, or those older than the call that `cursor` names; with assistants and costs."""
    rows = filter_calls(organization, filters).select_related("assistant").prefetch_related("cost_parts")
    scope = Call.objects.for_organization(organization)
    return keyset_page(rows, cursor=cursor, scope=scope, newest_by="created_at", size=PAGE_SIZE)


def group_days(calls: Iterable[Call], zone: ZoneInfo, callers: Mapping[str, str]) -> list[Day]:
    """Calls, newest first, under their days; `callers` are the names of numbers."""
    today = timezone.localtime(timezone=zone).date()
    names = {today: "today", today - timedelta(days=1): "yesterday"}
    days = groupby(calls, key=lambda call: timezone.localtime(call.created_at, zone).date())
    return [Day(day, names.get(day, ""), _rows(group, callers)) for day, group in days]


def _rows(calls: Iterable[Call], callers: Mapping[str, str]) -> list[CallRow]:
    return [CallRow(call, callers.get(call.customer_number, "")) for call in calls]


def news_mark() -> str:
    """What an open list sends back to learn of changes since now."""
    return (timezone.now() - OVERLAP).isoformat()


def has_news(organization: Organization, mark: str) -> bool:
    """Whether a call has changed or was erased since `mark`; True for a mark that is none. One query."""
    since = _moment(mark)
    if since is None:
        return True
    changed = Call.objects.for_organization(organization).filter(changed_at__gt=since)
    erased = Erasure.objects.for_organization(organization).filter(requested_at__gt=since)
    return changed.order_by().values("pk").union(erased.order_by().values("pk"), all=True).exists()


def _moment(mark: str) -> datetime | None:
    try:
        moment = parse_datetime(mark)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None

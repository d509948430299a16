"""The filters of the list of calls, as its address holds them, and what they mean as a query."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calls.contacts.selectors import numbers_named
from calls.endings.causes import Cause, known_reasons, reasons_of
from calls.enums import Kind, Status
from calls.history.cost_filter import filter_cost, known_amount, known_currency
from calls.models import Call, Turn
from calls.querysets import CallQuerySet
from core.locales import timezone_countries
from core.phone_numbers import to_e164
from core.web.pages import Filters, one_of, to_uuid
from organizations.models import Organization

LONGEST_SEARCH = 100  # characters
SHORTEST_SEARCH = 3  # characters: PostgreSQL's trigram index finds nothing by fewer
_NUMBER = re.compile(r"\+?\d{3,15}")
_BETWEEN_DIGITS = re.compile(r"[\s().\-/\u2010-\u2015\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)

TODAY, WEEK, MONTH, DATES = "today", "7", "month", "dates"
PERIODS: dict[str, str | Promise] = {
    TODAY: _("Today"),
    WEEK: _("Last 7 days"),
    MONTH: _("This month"),
    DATES: _("From … to …"),
}
DIRECTIONS: dict[str, str | Promise] = {
    Kind.INBOUND.value: _("Incoming"),
    Kind.OUTBOUND.value: _("Outgoing"),
    Kind.WEB.value: _("From a web page"),
}
RUNNING = "running"
ENDINGS: dict[str, str | Promise] = {
    RUNNING: _("In progress"),
    **{cause.value: cause.label for cause in Cause},
}
WITH_TESTS, ONLY_TESTS = "with", "only"
TESTS: dict[str, str | Promise] = {
    WITH_TESTS: _("With test calls"),
    ONLY_TESTS: _("Only test calls"),
}


@dataclass(frozen=True)
class CallFilters(Filters):
    """The filters of the address; an unknown value does not narrow. `since` and `until` are ISO dates."""

    q: str = ""
    period: str = ""
    since: str = ""
    until: str = ""
    assistant: str = ""
    direction: str = ""
    ending: str = ""
    tests: str = ""
    cost_from: str = ""
    currency: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "CallFilters":
        period = one_of(PERIODS, query.get("period", ""))
        has_dates = period == DATES
        cost_from = known_amount(query.get("cost_from", ""))
        return cls(
            q=query.get("q", "").strip()[:LONGEST_SEARCH],
            period=period,
            since=_known_date(query.get("since", "")) if has_dates else "",
            until=_known_date(query.get("until", "")) if has_dates else "",
            assistant=str(to_uuid(query.get("assistant", "")) or ""),
            direction=one_of(DIRECTIONS, query.get("direction", "")),
            ending=one_of(ENDINGS, query.get("ending", "")),
            tests=one_of(TESTS, query.get("tests", "")),
            cost_from=cost_from,
            currency=known_currency(query.get("currency", "")) if cost_from else "",
        )

    @property
    def folded(self) -> int:
        """How many are set besides the search, which stays visible on a phone."""
        return len(self.query.keys() - {"q", "since", "until", "currency"})

    @property
    def is_too_short(self) -> bool:
        """Whether the search has too few characters to be one."""
        return 0 < len(self.q) < SHORTEST_SEARCH


def filter_calls(organization: Organization, filters: CallFilters) -> CallQuerySet:
    """The organisation's calls that match, in no order."""
    rows = Call.objects.for_organization(organization)
    if filters.tests != WITH_TESTS:
        rows = rows.filter(is_test=filters.tests == ONLY_TESTS)
    if filters.period:
        rows = rows.filter(**_moments(filters, ZoneInfo(organization.timezone)))
    if filters.assistant:
        rows = rows.filter(assistant=UUID(filters.assistant))
    if filters.direction:
        rows = rows.filter(kind=filters.direction)
    if filters.ending:
        rows = _filter_ending(rows, filters.ending)
    if filters.cost_from:
        rows = filter_cost(rows, organization, filters.cost_from, filters.currency)
    if len(filters.q) >= SHORTEST_SEARCH:
        rows = rows.filter(_search(organization, filters.q))
    return rows


def _known_date(text: str) -> str:
    """`text` where it is a date of this century as a browser's field sends it, else ""."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    return day.isoformat() if _EARLIEST <= day < _LATEST else ""


def _moments(filters: CallFilters, zone: ZoneInfo) -> dict[str, datetime]:
    """The bounds of the period: midnights in the organisation's time zone, however long its days are."""
    today = timezone.localtime(timezone=zone).date()
    first: date | None = None
    last: date | None = None
    match filters.period:
        case "today":
            first = today
        case "7":
            first = today - timedelta(days=6)
        case "month":
            first = today.replace(day=1)
        case _:
            first = date.fromisoformat(filters.since) if filters.since else None
            last = date.fromisoformat(filters.until) if filters.until else None
    bounds = {}
    if first:
        bounds["created_at__gte"] = datetime.combine(first, time.min, zone)
    if last:
        bounds["created_at__lt"] = datetime.combine(last + timedelta(days=1), time.min, zone)
    return bounds


def _filter_ending(rows: CallQuerySet, ending: str) -> CallQuerySet:
    if ending == RUNNING:
        return rows.running()
    rows = rows.filter(status=Status.ENDED)
    if ending == Cause.OTHER:
        return rows.filter(ended_reason__in=_unknown_reasons(rows))
    return rows.filter(ended_reason__in=reasons_of(Cause(ending)))


def _unknown_reasons(rows: CallQuerySet) -> set[str]:
    """Read first, because they are few: to compare each row with all known reasons takes seconds."""
    found = rows.order_by().values_list("ended_reason", flat=True).distinct()
    return set(found) - known_reasons()


def _search(organization: Organization, text: str) -> Q:
    """Calls with this number, or in which this was said, or of a caller with this name."""
    digits = _BETWEEN_DIGITS.sub("", text)
    if not _NUMBER.fullmatch(digits):
        return _search_words(organization, text)
    whole = to_e164(digits, timezone_countries().get(organization.timezone, ""))
    if whole:
        return Q(customer_number=whole)
    return Q(customer_number__contains=digits.removeprefix("+").lstrip("0") or digits)


def _search_words(organization: Organization, text: str) -> Q:
    """One list of ids where there are names: PostgreSQL would read all calls for two alternatives."""
    said = Turn.objects.filter(text__icontains=text)
    numbers = numbers_named(organization, text)
    if not numbers:
        return Q(Exists(said.filter(call=OuterRef("pk"))))
    named = Call.objects.for_organization(organization).filter(customer_number__in=numbers)
    return Q(pk__in=named.order_by().values("pk").union(said.order_by().values("call"), all=True))

"""Reads of budgets: what the month has cost so far against its limits, and callers above the cap."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum

from calls.contacts.selectors import names_for
from calls.enums import Kind
from calls.models import Call, CostBucket, CountBucket
from calls.statistics.periods import Span, previous_month
from calls.statistics.tally import MICROS
from desk.budget.models import Budget, CallerCap
from desk.budget.months import Month, month_of
from organizations.models import Organization

LEVELS = (50, 80, 100)  # percent
USED_UP = 100
ALWAYS_BILLED = "USD"  # Vapi's currency
CALLERS_SHOWN = 20


@dataclass(frozen=True)
class Spending:
    """What a month has cost so far in one currency, and its limit, if it has one."""

    currency: str
    spent: Decimal
    limit: Decimal | None
    month: Month
    by_provider: dict[str, Decimal] = field(default_factory=dict)
    calls: int = 0
    seconds: int = 0

    @property
    def percent(self) -> int:
        """Of the limit, rounded down: 100 means that it is reached."""
        return int(self.spent * 100 / self.limit) if self.limit else 0

    @property
    def levels(self) -> list[int]:
        """The levels that are reached, the lowest first."""
        return [level for level in LEVELS if self.limit and self.spent * 100 >= self.limit * level]

    @property
    def level(self) -> int:
        """The highest level that is reached; 0 for none."""
        return self.levels[-1] if self.levels else 0

    @property
    def forecast(self) -> Decimal | None:
        return self.month.forecast(self.spent)

    @property
    def a_call(self) -> Decimal | None:
        """What a call costs on average; None without calls."""
        return self.spent / self.calls if self.calls else None

    @property
    def a_minute(self) -> Decimal | None:
        """What a minute of conversation costs on average; None without a conversation."""
        return self.spent * 60 / self.seconds if self.seconds else None


@dataclass(frozen=True)
class BusyCaller:
    """A number (E.164) above the cap. `key` stands for it in addresses: the id of its newest call."""

    number: str
    calls: int
    key: UUID
    name: str


def read_spending(organization: Organization) -> list[Spending]:
    """The month so far for each budget, in one query."""
    month = month_of(organization)
    budgets = Budget.objects.for_organization(organization).with_spending(month)
    return [
        Spending(each.currency, Decimal(each.micros) / MICROS, each.monthly_limit, month) for each in budgets
    ]


def read_month(organization: Organization) -> list[Spending]:
    """The month so far for each currency that has a limit or was billed in since last month, and Vapi's.

    Three queries: the limits, the costs and the lengths of the calls.
    """
    month = month_of(organization)
    limits = dict(Budget.objects.for_organization(organization).values_list("currency", "monthly_limit"))
    costs = _read_costs(organization, month)
    counts = CountBucket.objects.filter(
        organization=organization, start__gte=month.start, start__lt=month.end
    )
    sums = counts.aggregate(calls=Sum("calls", default=0), seconds=Sum("seconds", default=0))
    return [
        Spending(
            currency,
            sum(costs[currency].values(), Decimal()),
            limits.get(currency),
            month,
            costs[currency],
            **sums,
        )
        for currency in sorted(
            {ALWAYS_BILLED, *limits, *costs}, key=lambda each: (each != ALWAYS_BILLED, each)
        )
    ]


def _read_costs(organization: Organization, month: Month) -> defaultdict[str, dict[str, Decimal]]:
    """By currency and provider; a currency of last month's alone has amounts of 0."""
    since = Span(previous_month(month.first), month.first).bounds(ZoneInfo(organization.timezone))[0]
    rows = CostBucket.objects.filter(organization=organization, start__gte=since, start__lt=month.end)
    split = rows.order_by().values_list("currency", "provider")
    found: defaultdict[str, dict[str, Decimal]] = defaultdict(dict)
    sums = split.annotate(sum=Sum("micros", filter=Q(start__gte=month.start), default=0))
    for currency, provider, micros in sums:
        found[currency][provider] = Decimal(micros) / MICROS
    return found


def read_cap(organization: Organization) -> int | None:
    """The calls that a caller may make a day before the number is listed; None where no cap is set."""
    return CallerCap.objects.filter(organization=organization).values_list("calls", flat=True).first()


def read_busy_callers(organization: Organization, cap: int) -> list[BusyCaller]:
    """Numbers with more incoming calls today than `cap`, the busiest first. Three queries at most."""
    zone, now = ZoneInfo(organization.timezone), month_of(organization)
    start, end = Span(now.today, now.today).bounds(zone)
    today = Call.objects.for_organization(organization).customers().filter(kind=Kind.INBOUND)
    today = today.filter(created_at__gte=start, created_at__lt=end).exclude(customer_number="")
    counts = today.order_by().values("customer_number").annotate(calls=Count("pk")).filter(calls__gt=cap)
    found = dict(
        counts.order_by("-calls", "customer_number").values_list("customer_number", "calls")[:CALLERS_SHOWN]
    )
    if not found:
        return []
    newest = today.filter(customer_number__in=found).order_by("created_at")
    keys = dict(newest.values_list("customer_number", "pk"))  # of a number's calls the last one stays
    names = names_for(organization, found)
    return [BusyCaller(number, calls, keys[number], names.get(number, "")) for number, calls in found.items()]

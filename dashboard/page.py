"""All that the dashboard and a month's report show of an organisation's calls."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from calls.history.selectors import CallRow
from calls.models import Call
from calls.statistics.periods import (
    LENGTHS,
    Period,
    next_month,
    previous_month,
    read_month,
    read_period,
    today_in,
)
from calls.statistics.selectors import Figures, Statistics, read_statistics
from core.templatetags.figures import clock_length, money
from dashboard.attention import late_reports
from dashboard.charts import day_word
from dashboard.figures import Stat, count_word, hours_word, in_order, provider_word, stats_of
from dashboard.panels import Ending, Heat, Panel, calls_panel, cost_panels, endings_of, heat_of
from organizations.models import Organization

NEWEST_SHOWN = 5


@dataclass(frozen=True)
class Choice:
    """One entry of the switch of periods."""

    name: str
    label: str | Promise
    is_current: bool


@dataclass(frozen=True)
class CallsPage:
    """The figures of a period as pages show them."""

    found: Statistics
    today: date

    @classmethod
    def read(cls, organization: Organization, name: str) -> "CallsPage":
        """The page of the period that an address spells."""
        found = read_statistics(organization, read_period(name, _today(organization)))
        return cls(found, today_in(found.zone))

    @property
    def period(self) -> Period:
        return self.found.period

    @cached_property
    def stats(self) -> list[Stat]:
        return stats_of(self.found, is_live=True)

    @cached_property
    def calls(self) -> Panel:
        return calls_panel(self.found, self.today)

    @cached_property
    def costs(self) -> list[Panel]:
        return cost_panels(self.found, self.today)

    @cached_property
    def endings(self) -> list[Ending]:
        return endings_of(self.found)

    @cached_property
    def heat(self) -> Heat:
        return heat_of(self.found)

    @property
    def answered(self) -> str:
        return count_word(self.found.total.answered)

    @property
    def ended(self) -> str:
        return count_word(self.found.total.ended)

    @property
    def spared(self) -> str:
        """The time that the conversations took."""
        return hours_word(self.found.total.seconds)

    @property
    def month_name(self) -> str:
        """The month in which the period begins: `novembre 2026`."""
        return day_word(self.period.span.first, "yMMMM")

    @property
    def report_month(self) -> str:
        """The month that the report is offered for, as an address spells it."""
        return f"{self.period.span.last:%Y-%m}"

    @property
    def choices(self) -> list[Choice]:
        """The periods that one may switch to. A month other than this one stands under its name."""
        current = f"{self.today:%Y-%m}"
        month = self.period.name if self.period.is_month else current
        label = _("This month") if month == current else self.month_name
        lengths = [
            Choice(str(days), ngettext_lazy("%(days)s day", "%(days)s days", days) % {"days": days},
                   self.period.name == str(days))
            for days in LENGTHS
        ]  # fmt: skip
        return [*lengths, Choice(month, label, self.period.is_month)]


@dataclass(frozen=True)
class DayRow:
    """One day of a report, or its sum."""

    name: str
    calls: str
    answered: str
    unanswered: str
    length: str
    costs: list[str]


@dataclass(frozen=True)
class ReportPage(CallsPage):
    """A month as a page that prints."""

    @cached_property
    def stats(self) -> list[Stat]:
        return stats_of(self.found, is_live=False)

    @property
    def earlier(self) -> str:
        """The month before, as an address spells it."""
        return f"{previous_month(self.period.span.first):%Y-%m}"

    @property
    def later(self) -> str:
        """The month after; "" where it is still to come."""
        month = next_month(self.period.span.first)
        return f"{month:%Y-%m}" if month <= self.today else ""

    @property
    def columns(self) -> list[str]:
        """The headings of the costs: a provider in a currency each."""
        return [
            f"{provider_word(name)} ({currency})" for (currency, name), _amount in in_order(self.found.costs)
        ]

    @property
    def rows(self) -> list[DayRow]:
        """The days with calls."""
        return [
            self._row(day_word(day, "MMMEd"), figures, self.found.day_costs.get(day, {}))
            for day, figures in self.found.days.items()
            if figures.calls
        ]

    @property
    def sum(self) -> DayRow:
        return self._row("", self.found.total, self.found.costs)

    def _row(self, name: str, figures: Figures, costs: dict[tuple[str, str], Decimal]) -> DayRow:
        mean = figures.mean_seconds
        return DayRow(
            name=name,
            calls=count_word(figures.calls),
            answered=count_word(figures.answered),
            unanswered=count_word(figures.unanswered),
            length="—" if mean is None else clock_length(round(mean)),
            costs=[money(costs.get(key, Decimal()), key[0]) for key, _amount in in_order(self.found.costs)],
        )


def read_report(organization: Organization, month: str) -> ReportPage | None:
    """The report of a month written as `2026-11`; None for what is none, and for one that is still to come."""
    if read_month(month, _today(organization)) is None:
        return None
    return ReportPage(
        read_statistics(organization, read_period(month, _today(organization))), _today(organization)
    )


def newest_calls(organization: Organization) -> list[CallRow]:
    """The newest calls, those that run among them; without test calls, as everywhere on the page."""
    calls = Call.objects.for_organization(organization).customers().newest_first()
    calls = calls.select_related("assistant").annotate(**late_reports(organization))
    return [CallRow(call) for call in calls[:NEWEST_SHOWN]]


def _today(organization: Organization) -> date:
    return today_in(ZoneInfo(organization.timezone))

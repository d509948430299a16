"""What stands under the strip of figures: the two charts, how calls ended, and the busiest hours."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from urllib.parse import urlencode

from babel.dates import get_day_names
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from calls.endings.causes import Cause
from calls.endings.explanations import tone_of
from calls.statistics.periods import Span
from calls.statistics.selectors import Statistics
from core.templatetags.figures import money
from dashboard.charts import BarChart, Column, bar_chart, day_word, mirrored
from dashboard.figures import by_currency, count_word, percent_word, provider_word

CALLS_HEIGHT, COST_HEIGHT = 236, 190  # pixels
ENDINGS_SHOWN = 6
LEVELS = 5  # shades of the busiest hours
SHORTEST_DAY = (8, 18)  # hours that are shown even without calls
SUNDAY_FIRST = {"he"}
FILLS = {"hollow": "rest", "warn": "missed", "bad": "missed"}


@dataclass(frozen=True)
class Row:
    """One day of the table behind a chart."""

    day: str
    cells: list[str]


@dataclass(frozen=True)
class Series:
    """One colour of a chart; `rank` chooses it, `total` may be ""."""

    label: str
    rank: int
    total: str = ""


@dataclass(frozen=True)
class Panel:
    """A chart with its legend, and the same numbers as a table."""

    title: str
    chart: BarChart
    series: list[Series]
    rows: list[Row]
    is_missed: bool = False  # the upper part of a bar is what was missed


@dataclass(frozen=True)
class Ending:
    """How often calls ended in one way. `query` finds them in the list of calls; "" for the rest taken together."""

    label: str
    count: str
    share: str
    x: str
    width: str
    fill: str
    query: str = ""


@dataclass(frozen=True)
class Cell:
    """The calls of one hour of a weekday; `level` from 0 is its shade."""

    count: int
    level: int
    title: str


@dataclass(frozen=True)
class HeatRow:
    """One weekday."""

    name: str
    cells: list[Cell]


@dataclass(frozen=True)
class Heat:
    """Weekdays by hours; every third hour is named."""

    hours: list[str]
    rows: list[HeatRow]


def calls_panel(found: Statistics, today: date) -> Panel:
    """Calls a day: answered ones below, the others on them."""
    columns, rows = [], []
    for day, figures in found.days.items():
        words = ngettext("%(count)s call", "%(count)s calls", figures.calls) % {"count": figures.calls}
        if figures.unanswered:
            without = ngettext(
                "%(count)s without an answer", "%(count)s without an answer", figures.unanswered
            )
            words = f"{words}, {without % {'count': figures.unanswered}}"
        # Calls that still run stand with the answered ones.
        low = figures.calls - figures.unanswered
        columns.append(Column(day, low, figures.unanswered, _titled(day, words)))
        rows.append(Row(day_word(day, "MMMEd"), [count_word(low), count_word(figures.unanswered)]))
    missed = found.total.unanswered
    return Panel(
        title=_("Calls a day"),
        chart=bar_chart(
            columns, today=today, height=CALLS_HEIGHT, word=lambda value: count_word(int(value)), whole=True
        ),
        series=[
            Series(_("Answered"), 1, count_word(found.total.calls - missed)),
            Series(_("Without an answer"), 2, count_word(missed)),
        ],
        rows=rows,
        is_missed=True,
    )


def cost_panels(found: Statistics, today: date) -> list[Panel]:
    """Cost a day, a panel for each currency: Vapi's below, Twilio's on it."""
    return [_cost_panel(found, today, currency) for currency in by_currency(found.costs)]


def _cost_panel(found: Statistics, today: date, currency: str) -> Panel:
    providers = sorted({name for code, name in found.costs if code == currency}, reverse=True)
    columns, rows = [], []
    for day in found.days:
        costs = found.day_costs.get(day, {})
        amounts = [costs.get((currency, name), Decimal()) for name in providers]
        parts = [
            f"{provider_word(name)} {money(each, currency)}"
            for name, each in zip(providers, amounts, strict=True)
        ]
        low, high = amounts[0], sum(amounts[1:], Decimal())
        columns.append(Column(day, low, high, _titled(day, ", ".join(parts))))
        rows.append(Row(day_word(day, "MMMEd"), [money(each, currency) for each in amounts]))

    def word(value: float | Decimal) -> str:
        exact = Decimal(str(value))
        return money(exact, currency, 0 if exact == exact.to_integral_value() else 2)

    return Panel(
        title=_("Cost a day"),
        chart=bar_chart(columns, today=today, height=COST_HEIGHT, word=word),
        series=[Series(provider_word(name), rank) for rank, name in enumerate(providers, 1)],
        rows=rows,
    )


def endings_of(found: Statistics) -> list[Ending]:
    """The most frequent endings, the rest taken together."""
    total = found.endings.total()
    ranked = found.endings.most_common()
    shown, rest = ranked[:ENDINGS_SHOWN], sum(count for _cause, count in ranked[ENDINGS_SHOWN:])
    highest = max([count for _cause, count in shown] + [rest], default=0)
    endings = [
        _ending(
            str(cause.label),
            count,
            total,
            highest,
            FILLS.get(tone_of(cause), ""),
            _query(cause, found.period.span),
        )
        for cause, count in shown
    ]
    if rest:
        endings.append(_ending(_("In other ways"), rest, total, highest, "rest", ""))
    return endings


def _ending(label: str, count: int, total: int, highest: int, fill: str, query: str) -> Ending:
    width = count / highest * 100
    share = percent_word(count / total * 100)
    return Ending(label, count_word(count), share, mirrored(0, width), f"{width:.2f}%", fill, query)


def _query(cause: Cause, span: Span) -> str:
    """The filters of the list of calls that find these; OTHER is found by them too."""
    return urlencode({"ending": cause.value, "period": "dates", "since": span.first, "until": span.last})


def heat_of(found: Statistics) -> Heat:
    """Calls by weekday and hour, from the first busy hour to the last."""
    busy = [hour for _weekday, hour in +found.hours]
    first, last = min([*busy, SHORTEST_DAY[0]]), max([*busy, SHORTEST_DAY[1]])
    hours = range(first, last + 1)
    highest = max(found.hours.values(), default=0)
    week = [6, 0, 1, 2, 3, 4, 5] if get_language() in SUNDAY_FIRST else list(range(7))
    names = get_day_names("abbreviated", locale=get_language() or "en")
    rows = [
        HeatRow(
            names[weekday], [_cell(found.hours, weekday, hour, highest, names[weekday]) for hour in hours]
        )
        for weekday in week
    ]
    return Heat([hour_word(hour) for hour in hours], rows)


def _cell(calls: Counter[tuple[int, int]], weekday: int, hour: int, highest: int, name: str) -> Cell:
    count = calls[weekday, hour]
    words = ngettext("%(count)s call", "%(count)s calls", count) % {"count": count}
    level = ceil(count / highest * LEVELS) if highest else 0
    return Cell(count, level, _("%(when)s: %(what)s") % {"when": f"{name} {hour_word(hour)}", "what": words})


def hour_word(hour: int) -> str:
    """`9 h` in French, `9:00` elsewhere."""
    return f"{hour}\u00a0h" if get_language() == "fr" else f"{hour}:00"


def _titled(day: date, words: str) -> str:
    return _("%(when)s: %(what)s") % {"when": day_word(day, "MMMEd"), "what": words}

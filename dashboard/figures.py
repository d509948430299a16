"""The strip of figures at the top: each with its change against the period before, and its last days as small bars."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _

from calls.statistics.selectors import Costs, Statistics
from connections.enums import Provider
from core.templatetags.figures import clock_length, money

SPARKS = 12  # days
SPARK_WIDTH, SPARK_HEIGHT, SPARK_BAR = 72, 32, 3
LEAST_CHANGE = 0.5  # percent, or points: less is none


@dataclass(frozen=True)
class Delta:
    """A change; `tone` is `good`, `bad` or "", by what it means and not by its direction."""

    text: str
    is_up: bool
    tone: str


@dataclass(frozen=True)
class Spark:
    """One small bar."""

    x: str
    y: str
    height: str
    is_last: bool


@dataclass(frozen=True)
class Stat:
    """One figure. `more` are figures of other currencies; `notes` are sentences under it."""

    label: str
    figure: str
    unit: str = ""
    delta: Delta | None = None
    more: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sparks: list[Spark] = field(default_factory=list)
    has_budget: bool = False  # whether it leads to the page of the budget


def stats_of(found: Statistics, *, is_live: bool) -> list[Stat]:
    """The four figures; `is_live` adds what only counts for now, as a report does not."""
    return [_calls(found, is_live=is_live), _answered(found), _length(found), _cost(found, is_live=is_live)]


def _calls(found: Statistics, *, is_live: bool) -> Stat:
    total = found.total.calls
    notes = []
    if is_live:
        notes = [
            _("%(count)s today") % {"count": count_word(found.today.calls)},
            _("%(count)s this month") % {"count": count_word(found.month.calls)},
            _("%(count)s in all") % {"count": count_word(found.ever)},
        ]
    return Stat(
        label=_("Calls"),
        figure=count_word(total),
        delta=_change(total, found.before.calls, good_is_up=True),
        notes=notes,
        sparks=_sparks([each.calls for each in found.days.values()]),
    )


def _answered(found: Statistics) -> Stat:
    share, before = found.total.answered_share, found.before.answered_share
    delta = None
    if share is not None and before is not None and abs(share - before) >= LEAST_CHANGE:
        points = round(abs(share - before))
        words = ngettext("%(sign)s%(count)s point", "%(sign)s%(count)s points", points)
        is_up = share > before
        delta = Delta(words % {"sign": _sign(is_up), "count": points}, is_up, "good" if is_up else "bad")
    missed = found.total.unanswered
    note = ngettext("%(count)s call without an answer", "%(count)s calls without an answer", missed)
    return Stat(
        label=_("Answered"),
        figure="—" if share is None else count_word(round(share)),
        unit="" if share is None else "%",
        delta=delta,
        notes=[note % {"count": count_word(missed)}],
        sparks=_sparks([each.answered_share or 0 for each in found.days.values()]),
    )


def _length(found: Statistics) -> Stat:
    mean, before = found.total.mean_seconds, found.before.mean_seconds
    delta = None
    if mean is not None and before is not None and round(mean) != round(before):
        seconds = abs(round(mean) - round(before))
        text = _("%(sign)s%(seconds)s s") if seconds < 60 else _("%(sign)s%(length)s min")
        words = {"sign": _sign(mean > before), "seconds": seconds, "length": clock_length(seconds)}
        delta = Delta(text % words, mean > before, "")
    return Stat(
        label=_("Mean length"),
        figure="—" if mean is None else clock_length(round(mean)),
        unit="" if mean is None else _("min"),
        delta=delta,
        notes=[_("%(time)s on the phone in all") % {"time": hours_word(found.total.seconds)}],
        sparks=_sparks([each.mean_seconds or 0 for each in found.days.values()]),
    )


def _cost(found: Statistics, *, is_live: bool) -> Stat:
    totals, before = by_currency(found.costs), by_currency(found.costs_before)
    main = next(iter(totals), "")
    amounts = [money(amount, currency) for currency, amount in totals.items()]
    notes = [
        f"{provider_word(provider)} {money(amount, currency)}"
        for (currency, provider), amount in in_order(found.costs)
    ]
    if main and found.total.calls:
        each = money(totals[main] / found.total.calls, main)
        notes.append(_("%(amount)s a call") % {"amount": each})
    return Stat(
        label=_("Cost"),
        figure=amounts[0] if amounts else "—",
        more=amounts[1:],
        delta=_change(float(totals[main]), float(before.get(main, 0)), good_is_up=False) if main else None,
        notes=notes,
        sparks=_sparks([float(by_currency(found.day_costs.get(day, {})).get(main, 0)) for day in found.days]),
        has_budget=is_live,
    )


def by_currency(costs: Costs) -> dict[str, Decimal]:
    """The sum of each currency, the largest first: amounts of two currencies are never added."""
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for (currency, _provider), amount in costs.items():
        totals[currency] += amount
    return dict(sorted(totals.items(), key=lambda pair: (-pair[1], pair[0])))


def in_order(costs: Costs) -> Iterable[tuple[tuple[str, str], Decimal]]:
    """Costs as pages list them: Vapi's before Twilio's."""
    return sorted(costs.items(), key=lambda pair: (pair[0][1] != "vapi", pair[0]))


def provider_word(provider: str) -> str:
    """A provider's name."""
    return Provider(provider).label if provider in Provider else provider


def count_word(count: int) -> str:
    """A number with its thousands apart, as the language writes it."""
    return number_format(count, force_grouping=True)


def percent_word(value: float) -> str:
    """A whole percentage: `94 %` in French, `94%` elsewhere."""
    space = "\u00a0" if get_language() == "fr" else ""
    return f"{count_word(round(value))}{space}%"


def hours_word(seconds: int) -> str:
    """A length of time in hours and minutes."""
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": minutes}
    return _("%(hours)s h %(minutes)s min") % {"hours": count_word(hours), "minutes": f"{minutes:02}"}


def _change(now: float, before: float, *, good_is_up: bool) -> Delta | None:
    """The change in percent; None where there was nothing before, or where it hardly changed."""
    if not before or abs(now - before) / before * 100 < LEAST_CHANGE:
        return None
    is_up = now > before
    text = f"{_sign(is_up)}{percent_word(abs(now - before) / before * 100)}"
    return Delta(text, is_up, "good" if is_up == good_is_up else "bad")


def _sign(is_up: bool) -> str:
    return "+" if is_up else "\u2212"


def _sparks(values: Sequence[float]) -> list[Spark]:
    """The last days; none where nothing happened."""
    shown = list(values)[-SPARKS:]
    highest = max(shown, default=0)
    if not highest:
        return []
    step = SPARK_WIDTH / max(len(shown), 1)
    sparks = []
    for number, value in enumerate(shown):
        height = max(3.0, value / highest * 30)
        x = number * step
        x = SPARK_WIDTH - x - SPARK_BAR if get_language_bidi() else x
        sparks.append(
            Spark(f"{x:.1f}", f"{SPARK_HEIGHT - height:.1f}", f"{height:.1f}", number == len(shown) - 1)
        )
    return sparks

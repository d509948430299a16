"""Times, weekdays and dates in words of one language, as they are said on the telephone.

By language rather than by the catalogues: what an assistant says follows its own language, not that of the reader.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import override

from organizations.facts.answers import Closed, Span

MIDNIGHT, NOON = time(0), time(12)


@dataclass(frozen=True)
class Grammar:
    """The patterns of a language. `first_weekday` begins its week; 0 is Monday."""

    language: str
    first_weekday: int
    clock: str
    midnight: str
    noon: str
    span: str
    next_day: str
    and_span: str
    one_day: str
    two_days: str
    days: str
    every_day: str
    closed: str
    and_closed: str
    and_closed_day: str  # between two single days
    year: str
    date: str
    first_of_month: str
    on_date: str
    dates: str
    separator: str


FRENCH = Grammar(
    language="fr",
    first_weekday=0,
    clock="{hour}\u00a0h{minutes}",
    midnight="minuit",
    noon="midi",
    span="de {opens} à {closes}",
    next_day="{span} le lendemain",
    and_span=" et ",
    one_day="le {first}",
    two_days="le {first} et le {last}",
    days="du {first} au {last}",
    every_day="tous les jours",
    closed="fermé {days}",
    and_closed=", ",
    and_closed_day=" et ",
    year=" {year}",
    date="{day} {month}{year}",
    first_of_month="1er",
    on_date="le {day}",
    dates="du {first} au {last}",
    separator="\u00a0; ",
)
ENGLISH = Grammar(
    language="en",
    first_weekday=0,
    clock="{twelve}{dotted} {half}",
    midnight="midnight",
    noon="noon",
    span="from {opens} to {closes}",
    next_day="{span} the next day",
    and_span=" and ",
    one_day="{first}",
    two_days="{first} and {last}",
    days="{first} to {last}",
    every_day="every day",
    closed="closed on {days}",
    and_closed=", ",
    and_closed_day=" and ",
    year=" {year}",
    date="{day} {month}{year}",
    first_of_month="1",
    on_date="{day}",
    dates="{first} to {last}",
    separator="; ",
)
HEBREW = Grammar(
    language="he",
    first_weekday=6,
    clock="{hour}:{two_digits}",
    midnight="חצות",
    noon="12:00",
    span="מ־{opens} עד {closes}",
    next_day="{span} למחרת",
    and_span=" ו",
    one_day="יום {first}",
    two_days="ימים {first} ו{last}",
    days="ימים {first} עד {last}",
    every_day="כל יום",
    closed="סגור ב{days}",
    and_closed=", ב",
    and_closed_day=" וב",
    year=" {year}",
    date="{day} ב{month}{year}",
    first_of_month="1",
    on_date="{day}",
    dates="מ־{first} עד {last}",
    separator="; ",
)
GRAMMARS = {each.language: each for each in (FRENCH, ENGLISH, HEBREW)}


def say_week(spans: Iterable[Span], grammar: Grammar) -> str:
    """The opening hours of a week, days with the same hours together, then the days that are closed."""
    by_day: dict[int, tuple[Span, ...]] = {
        day: tuple(day_spans) for day, day_spans in groupby(sorted(spans), key=lambda span: span.weekday)
    }
    order = [(grammar.first_weekday + place) % 7 for place in range(7)]
    hours = {
        day: grammar.and_span.join(_say_span(each, grammar) for each in by_day.get(day, ())) for day in order
    }
    runs = [(said, list(days)) for said, days in groupby(order, key=lambda day: hours[day])]
    parts = [f"{_say_days(days, grammar)} {said}" for said, days in runs if said]
    if closed := [days for said, days in runs if not said]:
        parts.append(grammar.closed.format(days=_say_closed(closed, grammar)))
    return grammar.separator.join(parts)


def say_closures(closures: Iterable[Closed], grammar: Grammar) -> str:
    """Days on which the organisation is closed, with their year and reason."""
    return grammar.separator.join(_say_closure(each, grammar) for each in closures)


def say_time(moment: time, grammar: Grammar) -> str:
    """A time of day: « 7 h 30 », 7.30 am, 7:30."""
    if moment == MIDNIGHT:
        return grammar.midnight
    if moment == NOON:
        return grammar.noon
    minutes = f"{moment:%M}"
    return grammar.clock.format(
        hour=moment.hour,
        twelve=(moment.hour - 1) % 12 + 1,
        minutes=f"\u00a0{minutes}" if moment.minute else "",
        dotted=f".{minutes}" if moment.minute else "",
        two_digits=minutes,
        half="am" if moment.hour < 12 else "pm",
    )


def _say_span(span: Span, grammar: Grammar) -> str:
    said = grammar.span.format(opens=say_time(span.opens, grammar), closes=say_time(span.closes, grammar))
    return grammar.next_day.format(span=said) if MIDNIGHT < span.closes < span.opens else said


def _say_closed(runs: list[list[int]], grammar: Grammar) -> str:
    """« le lundi et le dimanche »; what holds "and" or "to" already is listed with commas."""
    is_pair = [len(days) for days in runs] == [1, 1]
    between = grammar.and_closed_day if is_pair else grammar.and_closed
    return between.join(_say_days(days, grammar) for days in runs)


def _say_days(days: list[int], grammar: Grammar) -> str:
    if len(days) == 7:
        return grammar.every_day
    with override(grammar.language):
        first, last = str(WEEKDAYS[days[0]]), str(WEEKDAYS[days[-1]])
    pattern = {1: grammar.one_day, 2: grammar.two_days}.get(len(days), grammar.days)
    return pattern.format(first=first, last=last)


def _say_closure(closed: Closed, grammar: Grammar) -> str:
    first, last = closed.first_day, closed.last_day
    if first == last:
        said = grammar.on_date.format(day=_say_date(first, grammar))
    else:
        begins = _say_date(first, grammar, without=_shared(first, last))
        said = grammar.dates.format(first=begins, last=_say_date(last, grammar))
    return f"{said} ({closed.word})" if closed.word else said


def _shared(first: date, last: date) -> str:
    """What need not be said of the first day, because the last one says it."""
    if first.year != last.year:
        return ""
    return "month" if first.month == last.month else "year"


def _say_date(day: date, grammar: Grammar, without: str = "") -> str:
    number = grammar.first_of_month if day.day == 1 else str(day.day)
    if without == "month":
        return number
    year = "" if without else grammar.year.format(year=day.year)
    with override(grammar.language):
        return grammar.date.format(day=number, month=str(MONTHS[day.month]), year=year)

"""Geometry of the charts: numbers become places in an SVG without a viewBox, x in percent and y in pixels.

So a chart stretches with its card while its text keeps its size. On right-to-left pages the places are mirrored here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import floor, log10

from babel.dates import format_skeleton
from django.utils.translation import get_language, get_language_bidi, pgettext

HEAD, FOOT = 8, 22  # pixels above the highest grid line, and under the base line
BAR_SHARE = 0.58  # of a day's width
GAP, LOWEST = 2, 3  # pixels between the two parts of a bar, and the height of the lowest part that shows
GRID_STEPS = 2

Number = float | Decimal


@dataclass(frozen=True)
class Column:
    """One day: two values that stand on each other, and the words of its tooltip."""

    day: date
    low: Number
    high: Number
    title: str


@dataclass(frozen=True)
class Block:
    """One part of a bar; `rank` is 1 for the lower one, 2 for the upper."""

    rank: int
    y: str
    height: str


@dataclass(frozen=True)
class Bar:
    """One day's bar within the place that reacts to the pointer."""

    title: str
    hit_x: str
    x: str
    blocks: list[Block]


@dataclass(frozen=True)
class Label:
    """A word of an axis. `kind`: `now` for today, `minor` where narrow charts leave it out."""

    text: str
    x: str = ""
    y: str = ""
    kind: str = ""
    anchor: str = "middle"


@dataclass(frozen=True)
class BarChart:
    """All that the template draws."""

    height: int
    base: int
    slot: str
    width: str
    bars: list[Bar]
    days: list[Label]
    grid: list[Label]
    grid_start: str
    grid_end: str
    scale_x: str
    scale_anchor: str


def bar_chart(
    columns: Sequence[Column], *, today: date, height: int, word: Callable[[Number], str], whole: bool = False
) -> BarChart:
    """A bar for each day. `word` writes a value of the scale; `whole`: the values are counts."""
    top = _nice(max((float(each.low) + float(each.high) for each in columns), default=0), whole=whole)
    steps = [top * step / GRID_STEPS for step in range(GRID_STEPS + 1)]
    words = [word(step) for step in steps]
    gutter = 1.5 + 1.5 * max(map(len, words))  # percent beside the grid, for the scale
    slot = (100 - gutter) / max(len(columns), 1)
    base = height - FOOT
    bars = [_bar(each, number * slot, slot, base, top) for number, each in enumerate(columns)]
    rtl = get_language_bidi()
    return BarChart(
        height=height,
        base=base,
        slot=_percent(slot),
        width=_percent(slot * BAR_SHARE),
        bars=bars,
        days=_day_labels([each.day for each in columns], slot, today),
        grid=[Label(text, y=f"{_y(step, base, top):.1f}") for text, step in zip(words, steps, strict=True)],
        grid_start=_percent(gutter if rtl else 0),
        grid_end=_percent(100 if rtl else 100 - gutter),
        scale_x="0%" if rtl else "100%",
        # The scale's text runs left to right in every language.
        scale_anchor="start" if rtl else "end",
    )


def mirrored(x: float, width: float = 0) -> str:
    """The place of something that wide, in percent from the left, of what stands `x` percent from the start."""
    return _percent(100 - x - width if get_language_bidi() else x)


def day_word(day: date, skeleton: str) -> str:
    """A date in the active language, by a skeleton of CLDR: `MMMd`, `MMMEd`."""
    return format_skeleton(skeleton, day, locale=get_language() or "en")


def _percent(value: float) -> str:
    return f"{value:.2f}%"


def _y(value: float, base: int, top: float) -> float:
    return base - value / top * (base - HEAD)


def _bar(column: Column, start: float, slot: float, base: int, top: float) -> Bar:
    low, high = float(column.low), float(column.high)
    width = slot * BAR_SHARE
    blocks, y = [], _y(low, base, top)
    if low:
        blocks.append(Block(1, f"{y:.1f}", f"{base - y:.1f}"))
    if high:
        tall = max(y - _y(low + high, base, top) - (GAP if low else 0), LOWEST)
        blocks.append(Block(2, f"{y - (GAP if low else 0) - tall:.1f}", f"{tall:.1f}"))
    return Bar(column.title, mirrored(start, slot), mirrored(start + (slot - width) / 2, width), blocks)


def _day_labels(days: Sequence[date], slot: float, today: date) -> list[Label]:
    """Few enough to be read, counted back from the last day, which is named where it is today."""
    step = 1 if len(days) <= 7 else 7 if len(days) <= 31 else 21
    labels = []
    for number in range(len(days) - 1, -1, -step):
        kind = "now" if days[number] == today else "minor" if (len(days) - 1 - number) // step % 2 else ""
        text = (
            pgettext("the axis of a chart", "today")
            if kind == "now"
            else day_word(days[number], "E" if step == 1 else "MMMd")
        )
        kind = kind if step > 1 or kind == "now" else ""
        # The word of the first day begins at the edge of the chart, and does not stand out of it.
        is_edge = number == 0 and step > 1
        x = mirrored(0 if is_edge else (number + 0.5) * slot)
        labels.append(Label(text, x, kind=kind, anchor="start" if is_edge else "middle"))
    return labels[::-1]


def _nice(highest: float, *, whole: bool) -> float:
    """The top of a scale whose steps are round numbers."""
    wanted = highest / GRID_STEPS
    if wanted <= 0:
        return GRID_STEPS
    power = 10.0 ** floor(log10(wanted))
    if whole:
        power = max(power, 1.0)
    step = next(
        each * power
        for each in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
        if each * power >= wanted * 0.9999 and (not whole or each * power == int(each * power))
    )
    return step * GRID_STEPS

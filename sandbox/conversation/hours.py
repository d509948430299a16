"""Finds in a line of opening hours what holds on one day of the week."""

import re
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils import timezone

from sandbox.conversation.words.language import Language

# Offsets in days from today, by pattern, in all languages.
_RELATIVE = {
    r"après-demain|day after tomorrow|מחרתיים": 2,
    r"\bdemain|\btomorrow|מחר": 1,
    r"aujourd’hui|maintenant|ce (?:matin|soir|midi)|cet après-midi|\btoday|\btonight|\bnow\b|היום|עכשיו|הערב": 0,
}


@dataclass(frozen=True)
class DayHours:
    """What the hours say of a day: `text` without the day; empty where they do not name it."""

    day: int  # 0 is Monday
    text: str
    is_closed: bool


def asked_day(said: str, language: Language) -> int | None:
    """The day of the week that a question names, or means by "today"."""
    for pattern, offset in _RELATIVE.items():
        if re.search(pattern, said):
            return (timezone.localtime(timezone=ZoneInfo(language.timezone)).weekday() + offset) % 7
    return next((day for day, word in enumerate(language.weekdays) if re.search(word, said)), None)


def hours_on(fact: str, day: int, language: Language) -> DayHours:
    """What a line of hours says of a day. Parts that name the day alone win over ranges."""
    named = [(*_days_of(part, language), part) for part in _parts(fact, language)]
    found = [(len(days), end, part) for days, end, part in named if day in days]
    if not found:
        return DayHours(day, "", False)
    _size, end, part = min(found, key=lambda each: each[0])
    is_closed = re.search(language.closed, part.lower()) is not None
    return DayHours(day, part[end:].strip(" :,–-."), is_closed)


def _parts(fact: str, language: Language) -> list[str]:
    """The parts between semicolons, full stops, and commas before a day or before "closed"."""
    named = "|".join((*language.weekdays, language.closed))
    begins = rf",(?=\s*(?:et |and |ו)?(?:le |les |du |on |from |ב|מ)?(?:{named}))"
    pieces = re.split(rf"[;\n]|\.(?=\s|$)|{begins}", fact, flags=re.IGNORECASE)
    return [piece.strip() for piece in pieces if piece.strip()]


def _days_of(part: str, language: Language) -> tuple[set[int], int]:
    """The days that a part names, ranges filled, and where the last of them ends in it."""
    text = part.lower().replace("'", "’")
    marks = sorted(
        (found.start(), found.end(), day)
        for day, word in enumerate(language.weekdays)
        for found in re.finditer(word, text)
    )
    days = {day for _start, _end, day in marks}
    for (_start, end, first), (start, _stop, last) in pairwise(marks):
        if re.fullmatch(language.until, text[end:start]):
            days |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return days, max((end for _start, end, _day in marks), default=0)

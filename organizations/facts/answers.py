"""The answer to a topic as a value: what forms make, services save, and texts are written from."""

import hashlib
from dataclasses import astuple, dataclass
from datetime import date, time
from typing import NamedTuple

from organizations.facts.models import Topic


class Span(NamedTuple):
    """Open on a weekday (0 is Monday); one that ends before it begins ends on the next day."""

    weekday: int
    opens: time
    closes: time


class Closed(NamedTuple):
    """Closed from the first to the last day, for the reason in `word`, which may be empty."""

    first_day: date
    last_day: date
    word: str


class Asked(NamedTuple):
    """A question of the organisation's own, and its answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class Answer:
    """An answer; only the fields of its topic are set. One that does not apply is empty. `hours` is of `Hours`."""

    applies: bool = True
    text: str = ""
    hours: str = ""
    phone: str = ""  # E.164
    spans: tuple[Span, ...] = ()
    closures: tuple[Closed, ...] = ()
    questions: tuple[Asked, ...] = ()


Answers = dict[Topic, Answer]
"""The answered topics of an organisation."""


def digest_of(answer: Answer | None) -> str:
    """Identifies what a form was filled with; None is a topic that is still open."""
    return hashlib.sha256(repr(answer and astuple(answer)).encode()).hexdigest()[:12]

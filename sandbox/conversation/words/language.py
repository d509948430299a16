"""What the tables of one language hold."""

from collections.abc import Mapping
from dataclasses import dataclass


def words(text: str) -> frozenset[str]:
    """A set of words, written as a sentence."""
    return frozenset(text.split())


@dataclass(frozen=True, eq=False)  # the languages are constants: each equals itself alone
class Language:
    """One language. Patterns are regular expressions over lower-case text with typographic apostrophes."""

    timezone: str
    lines: Mapping[str, str]  # what assistants say, with {fields} and [feminine|masculine] forms
    intents: Mapping[str, str]  # pattern of each intent, in the order in which they are looked for
    labels: Mapping[str, str]  # fact: pattern of its label in a prompt
    unfilled: str  # what stands in a prompt for a fact that its owner has not given
    trades: Mapping[str, str]  # trade: pattern in a prompt
    masculine: str  # what a prompt says of a masculine voice
    things: Mapping[str, str]  # trade: what is booked there; "" for any other
    weekdays: tuple[str, ...]  # patterns, Monday first
    weekday_names: tuple[str, ...]  # as they stand in a line, Monday first
    until: str  # pattern between the first and the last day of a range
    closed: str  # pattern of a closed day
    day: str
    time: str
    people: str  # its group is the number
    number: str
    ordered: str  # what stands before what is ordered
    dangling: str  # what is left at the end of an order without its day
    value_words: Mapping[str, str]  # value of a task: pattern of its name
    named: str  # what stands before a name
    name_ends: frozenset[str]  # words that a name does not contain
    titles: frozenset[str]
    questions: str  # pattern of a question without a question mark
    common: frozenset[str]  # words that sentences of this language have and others do not
    stop: frozenset[str]  # words that say nothing about the subject of a question
    digit_separator: str
    plus: str

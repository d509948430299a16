"""Reads the structured output of a call from Vapi's `artifact.structuredOutputs`.

Source: the schemas Artifact and StructuredOutputRunResult of Vapi's OpenAPI document: results by id, each with its
name. A model made it from what a caller said, so nothing in it is trusted: what is not of its type is left out, value
by value.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistants.sync.call_summary import DOUBTFUL
from calls.summaries.models import (
    MOST_QUESTIONS,
    NAME_LENGTH,
    QUESTION_LENGTH,
    SUBJECT_LENGTH,
    WHEN_LENGTH,
    WISHES_LENGTH,
    Purpose,
    Urgency,
)
from calls.wire import Json
from core.http import fields
from core.text import is_blank

_SPACES = re.compile(r"[^\S\u00a0\u202f]+")  # but for those that hold a French sign to its word
_NUMBER_LENGTH = 40  # characters of a number as it was said


@dataclass(frozen=True)
class Summary:
    """What the caller wanted. Of two, the one with the larger `version` holds. `number` is as it was told."""

    version: str
    subject: str
    caller_name: str
    purpose: Purpose
    number: str
    wanted_at: str
    urgency: Urgency
    wishes: str
    unanswered: tuple[str, ...]
    unsure: tuple[str, ...]


def read_summary(outputs: Any, at: datetime) -> Summary | None:
    """The summary in what `wire` kept of the outputs, told at that time; None where there is none."""
    output: Json = next(iter(outputs.values()), {}) if isinstance(outputs, dict) else {}
    told = output.get("result")
    if not told:
        return None
    values = (
        _line(told.get("subject"), SUBJECT_LENGTH),
        _line(told.get("caller_name"), NAME_LENGTH),
        Purpose(told["purpose"]) if told.get("purpose") in Purpose.values else Purpose.NONE,
        _line(told.get("callback_number"), _NUMBER_LENGTH),
        _line(told.get("wanted_at"), WHEN_LENGTH),
        Urgency(told["urgency"]) if told.get("urgency") in Urgency.values else Urgency.NORMAL,
        _line(told.get("wishes"), WISHES_LENGTH),
        tuple(_questions(told.get("unanswered"))),
        tuple(name for name in DOUBTFUL if name in _texts(told.get("unsure"))),
    )
    digest = hashlib.sha256(repr(values).encode()).hexdigest()[:16]
    return Summary(f"{round(at.timestamp() * 1000):015d}-{digest}", *values)


def _line(value: Any, at_most: int) -> str:
    """Text on one line; "" where a reader would see nothing."""
    line = _SPACES.sub(" ", fields.text(value, at_most=at_most)).strip()
    return "" if is_blank(line) else line


def _questions(values: Any) -> Iterator[str]:
    questions = dict.fromkeys(filter(None, (_line(each, QUESTION_LENGTH) for each in _texts(values))))
    yield from list(questions)[:MOST_QUESTIONS]


def _texts(values: Any) -> list[Any]:
    return values if isinstance(values, list) else []

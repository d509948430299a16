"""Reads the turns of a conversation from Vapi's `artifact.messages`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from calls.enums import Speaker
from calls.models import TURN_LENGTH, Turn
from calls.summaries.models import SUBJECT_LENGTH
from calls.wire import read_decimal
from core.http import fields

_SPEAKERS = {"bot": Speaker.ASSISTANT, "assistant": Speaker.ASSISTANT, "user": Speaker.CALLER}
_LONGEST = Decimal(999_999)  # seconds
_MILLISECOND = Decimal("0.001")
_SENTENCE = re.compile(r"(?<=[.!?])\s")


@dataclass(frozen=True)
class Speech:
    """One turn; times are seconds from when the call was answered."""

    speaker: Speaker
    text: str
    at: Decimal
    lasts: Decimal


def read_speeches(messages: list[Any], started_at: datetime | None) -> Iterator[Speech]:
    """The turns in the order in which Vapi lists them. Empty ones, and those of tools and the system, are left out."""
    for message in messages:
        speaker = _SPEAKERS.get(str(message.get("role")))
        text = fields.text(message.get("message"), at_most=TURN_LENGTH).strip()
        if speaker and text:
            yield Speech(speaker, text, _start(message, started_at), _length(message))


def find_subject(caller_turns: Iterable[Turn]) -> str:
    """The caller's first sentence, on one line; empty where the caller says nothing."""
    said = next((" ".join(each.text.split()) for each in caller_turns), "")
    sentence = _SENTENCE.split(said, maxsplit=1)[0]
    return sentence if len(sentence) <= SUBJECT_LENGTH else f"{sentence[: SUBJECT_LENGTH - 1].rstrip()}…"


def _start(message: Any, started_at: datetime | None) -> Decimal:
    seconds = read_decimal(message.get("secondsFromStart"))
    if seconds is None and started_at is not None:
        time = read_decimal(message.get("time"))
        seconds = time and time / 1000 - Decimal(repr(started_at.timestamp()))
    return _bounded(seconds)


def _length(message: Any) -> Decimal:
    """By both ends: whether `duration` is in seconds or in milliseconds differs between document and messages."""
    start, end = (read_decimal(message.get(name)) for name in ("time", "endTime"))
    return _bounded((end - start) / 1000 if start is not None and end is not None else None)


def _bounded(seconds: Decimal | None) -> Decimal:
    return min(max(seconds or Decimal(), Decimal()), _LONGEST).quantize(_MILLISECOND)

"""Writes the conversation of a call in advance: the speaker, text, start and length of each turn."""

import random
from typing import Any

from sandbox.calls.callers import sentences
from sandbox.calls.personas import PERSONAS, WISHES_IN
from sandbox.conversation.assistant import greet, language_of
from sandbox.conversation.replies import reply
from sandbox.conversation.speaker import Speaker
from sandbox.conversation.state import State
from sandbox.models import Turn

CHARACTERS_A_SECOND = 15
PAUSE = 0.6  # seconds between two turns
SILENCE = 10.0  # seconds after which the assistant asks whether the caller is there
GREETING_AFTER = 0.8
DEFAULT_LONGEST = 600  # seconds; Vapi's default
MOST_TURNS = 60
# What a caller answers; to anything else, they say their next wish.
ANSWERED = ("what", "day", "new_day", "time", "people", "name", "phone", "matter", "confirm", "offer")


def write_script(
    assistant: dict[str, Any],
    *,
    persona: str,
    length: str,
    language: str = "",
    seed: str = "",
    pace: float = 1.0,
) -> tuple[list[Turn], float, str]:
    """The turns, the length in seconds, and why the call ends. The same arguments give the same call.

    `language` is the caller's (fr, en, he); by default the assistant's. `pace` is how many times as fast as people both
    speak.
    """
    spoken = language or language_of(assistant)
    lines = (
        _silent_lines(assistant) if persona == "silent" else _lines(assistant, persona, length, spoken, seed)
    )
    pause = SILENCE if persona == "silent" else PAUSE / pace
    turns = _timed(lines, pause=pause, pace=pace)
    seconds = turns[-1]["at"] + turns[-1]["lasts"] + pause
    longest = float(assistant.get("maxDurationSeconds") or DEFAULT_LONGEST)
    if seconds > longest:
        return [turn for turn in turns if turn["at"] < longest], longest, "exceeded-max-duration"
    return turns, round(seconds, 3), PERSONAS[persona].ended_reason


def _lines(
    assistant: dict[str, Any], persona: str, length: str, language: str, seed: str
) -> list[tuple[str, str]]:
    """The caller answers what is asked, else says the next wish, and at last goodbye."""
    choose = random.Random(seed)  # noqa: S311 - which of two phrases the caller uses
    trade, caller = Speaker(assistant).trade, PERSONAS[persona]
    wishes = [*caller.wishes[: WISHES_IN[length]]]
    lines, state = [("bot", greet(assistant))], State()
    while not state.is_over and len(lines) < MOST_TURNS:
        if caller.hangs_up_at and state.asking == caller.hangs_up_at:
            # A caller who hangs up in the middle does not hear the last question.
            return lines[:-1]
        name = _next(state, wishes)
        said = choose.choice(sentences(language, trade, name))
        if len(lines) == 1:
            said = f"{sentences(language, trade, 'hello')[0]} {said}"
        answer = reply(assistant, text=said, state=state)
        state = answer.state
        lines += [("user", said), ("bot", answer.text)]
    return lines


def _next(state: State, wishes: list[str]) -> str:
    """What the caller says now: an answer, a wish (which is taken from the list), or goodbye."""
    if state.asking in ANSWERED:
        return state.asking
    if wishes:
        return wishes.pop(0)
    return "more" if state.asking == "more" else "goodbye"


def _silent_lines(assistant: dict[str, Any]) -> list[tuple[str, str]]:
    asks = Speaker(assistant).say("silence")
    return [("bot", greet(assistant)), ("bot", asks), ("bot", asks)]


def _timed(lines: list[tuple[str, str]], *, pause: float, pace: float) -> list[Turn]:
    turns: list[Turn] = []
    at = GREETING_AFTER / pace
    for role, text in lines:
        lasts = round(max(len(text) / CHARACTERS_A_SECOND, 0.8) / pace, 3)
        turns.append({"role": role, "text": text, "at": round(at, 3), "lasts": lasts})
        at += lasts + pause
    return turns

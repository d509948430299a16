"""Writes the conversation of a call in advance: the speaker, text, start and length of each turn."""

import random
from typing import Any

from sandbox.calls.conversation import greet, language_of, reply
from sandbox.calls.personas import PERSONAS, SAYS, WISHES_IN
from sandbox.calls.phrases import LINES
from sandbox.models import Turn

CHARACTERS_A_SECOND = 15
PAUSE = 0.6  # seconds between two turns
SILENCE = 10.0  # seconds after which the assistant asks whether the caller is there
GREETING_AFTER = 0.8
DEFAULT_LONGEST = 600  # seconds; Vapi's default


def write_script(
    assistant: dict[str, Any], *, persona: str, length: str, language: str = "", seed: str = ""
) -> tuple[list[Turn], float, str]:
    """The turns, the length in seconds, and why the call ends. The same arguments give the same call.

    `language` is the caller's (fr, en, he); by default the assistant's.
    """
    spoken = language or language_of(assistant)
    lines = (
        _silent_lines(assistant) if persona == "silent" else _lines(assistant, persona, length, spoken, seed)
    )
    turns = _timed(lines, pause=SILENCE if persona == "silent" else PAUSE)
    seconds = turns[-1]["at"] + turns[-1]["lasts"] + (SILENCE if persona == "silent" else PAUSE)
    longest = float(assistant.get("maxDurationSeconds") or DEFAULT_LONGEST)
    if seconds > longest:
        return [turn for turn in turns if turn["at"] < longest], longest, "exceeded-max-duration"
    return turns, round(seconds, 3), PERSONAS[persona].ended_reason


def _lines(
    assistant: dict[str, Any], persona: str, length: str, language: str, seed: str
) -> list[tuple[str, str]]:
    choose = random.Random(seed)  # noqa: S311 - which of two phrases the caller uses
    caller = PERSONAS[persona]
    wishes = caller.wishes[: WISHES_IN[length]]
    lines = [("bot", greet(assistant))]
    topic = ""
    for wish in (*wishes, "goodbye") if caller.says_goodbye else wishes:
        said = choose.choice(SAYS[language][wish])
        answer = reply(assistant, text=said, topic=topic)
        topic = answer.topic
        lines += [("user", said), ("bot", answer.text)]
    # A caller who hangs up in the middle does not hear the last answer.
    return lines if caller.says_goodbye else lines[:-1]


def _silent_lines(assistant: dict[str, Any]) -> list[tuple[str, str]]:
    asks = LINES[language_of(assistant)]["silence"]
    return [("bot", greet(assistant)), ("bot", asks), ("bot", asks)]


def _timed(lines: list[tuple[str, str]], *, pause: float) -> list[Turn]:
    turns: list[Turn] = []
    at = GREETING_AFTER
    for role, text in lines:
        lasts = round(max(len(text) / CHARACTERS_A_SECOND, 0.8), 3)
        turns.append({"role": role, "text": text, "at": round(at, 3), "lasts": lasts})
        at += lasts + pause
    return turns

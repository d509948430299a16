"""The answers of the stand-in's assistants: a few rules that make a plausible conversation.

They use the assistant's greeting, and what its prompt says about hours and prices.
"""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.calls.phrases import KEYWORDS, LINES

HEBREW = re.compile(r"[\u0590-\u05ff]")
FRENCH = re.compile(r"\b(bonjour|vous|est|les|des|une|votre|pour|je|nous)\b", re.IGNORECASE)

# Recognise the sentences of a prompt about hours and prices.
FACTS = {
    "hours": re.compile(r"\b\d{1,2} ?(h\b|h\d\d|:\d\d|am\b|pm\b)|24/7", re.IGNORECASE),
    "price": re.compile(r"\d ?(€|₪|\$|£|euros?|eur\b|shekels?|dollars?|ש\"ח|שקל)|[€₪$£] ?\d", re.IGNORECASE),
}
# topic: (the line that answers it, the next topic)
STEPS = {
    "day": ("name", "name"),
    "name": ("booked", ""),
    "message": ("number", "number"),
    "number": ("noted", ""),
}
QUESTIONS = {"day", "message"}  # intents that start such a series
LONGEST_FACT = 300


@dataclass(frozen=True)
class Reply:
    """An answer; `topic` is what the assistant then waits for."""

    text: str
    topic: str = ""


def language_of(assistant: dict[str, Any]) -> str:
    """fr, en or he: the transcriber's language, else that of the greeting and the prompt."""
    heard = str((assistant.get("transcriber") or {}).get("language", ""))[:2].lower()
    if heard in LINES:
        return heard
    written = f"{assistant.get('firstMessage', '')} {prompt_of(assistant)}"
    if HEBREW.search(written):
        return "he"
    return "fr" if FRENCH.search(written) else "en"


def prompt_of(assistant: dict[str, Any]) -> str:
    """The system messages of the assistant."""
    messages = (assistant.get("model") or {}).get("messages")
    found = (
        [message for message in messages if isinstance(message, dict)] if isinstance(messages, list) else []
    )
    return "\n".join(str(each.get("content") or "") for each in found if each.get("role") == "system")


def greet(assistant: dict[str, Any]) -> str:
    """The assistant's first sentence."""
    return str(assistant.get("firstMessage") or LINES[language_of(assistant)]["greeting"])


def reply(assistant: dict[str, Any], *, text: str, topic: str = "") -> Reply:
    """Answer `text`, where the assistant waits for `topic`."""
    language = language_of(assistant)
    lines = LINES[language]
    intent = intent_of(text, language)
    if intent in FACTS:
        return _tell(assistant, intent, topic)
    if intent == "goodbye":
        return Reply(lines["goodbye"])
    if topic:
        line, next_topic = STEPS[topic]
        return Reply(lines[line], next_topic)
    if intent == "greeting":
        return Reply(greet(assistant))
    return Reply(lines[intent], intent if intent in QUESTIONS else "")


def intent_of(text: str, language: str) -> str:
    """The caller's intent: goodbye, day (an appointment), hours, price, message, thanks, greeting, or unknown."""
    said = text.lower().replace("'", "’")
    for intent, words in KEYWORDS[language].items():
        if any(_says(word, said, language) for word in words):
            return intent
    return "unknown"


def _says(word: str, said: str, language: str) -> bool:
    # Hebrew writes "the", "and", "to" onto the word.
    start = "" if language == "he" else r"\b"
    return re.search(start + re.escape(word), said) is not None


def _tell(assistant: dict[str, Any], intent: str, topic: str) -> Reply:
    lines = LINES[language_of(assistant)]
    sentences = re.split(r"\n+|(?<=[.!?]) ", prompt_of(assistant))
    fact = next((found for found in sentences if FACTS[intent].search(found)), "")
    if not fact:
        return Reply(lines["unknown_fact"], topic or "message")
    return Reply(lines[intent].format(fact=fact.strip(" -*•#\t")[:LONGEST_FACT]), topic)

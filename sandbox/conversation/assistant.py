"""What the stand-in reads from an assistant's body: its language, gender, trade, greeting and prompt."""

import re
from typing import Any

from sandbox.conversation.words import LANGUAGES
from sandbox.conversation.words.language import Language

HEBREW = re.compile(r"[\u0590-\u05ff]")
FRENCH = re.compile(r"\b(bonjour|vous|est|les|des|une|votre|pour|je|nous)\b", re.IGNORECASE)
_FORMS = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")


def language_of(assistant: dict[str, Any]) -> str:
    """fr, en or he: the transcriber's language, else that of the greeting and the prompt."""
    heard = str((assistant.get("transcriber") or {}).get("language", ""))[:2].lower()
    if heard in LANGUAGES:
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
    return str(assistant.get("firstMessage") or LANGUAGES[language_of(assistant)].lines["greeting"])


def trade_of(prompt: str, language: Language) -> str:
    """The trade that the first paragraph of a prompt names; "" for any other."""
    first = prompt.strip().partition("\n\n")[0].lower()
    return next((trade for trade, pattern in language.trades.items() if re.search(pattern, first)), "")


def inflect(line: str, prompt: str, language: Language) -> str:
    """A line in the gender that the prompt gives the voice: `[feminine|masculine]`."""
    is_masculine = language.masculine in prompt
    return _FORMS.sub(lambda found: found[2 if is_masculine else 1], line)

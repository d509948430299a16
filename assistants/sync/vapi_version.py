"""What Vapi has where an assistant's copy was changed there, read from an answer that is not trusted."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, TypedDict

from django.core.exceptions import ValidationError

from assistants.catalog.voices import VOICES
from assistants.models import FIRST_MESSAGE_LENGTH, NAME_LENGTH, PROMPT_LENGTH, Assistant
from assistants.sync.payloads import Payload, strip_added, strip_notice
from core.http import fields
from core.text import is_blank
from core.web.fields import NameField

VOICE_LENGTH = 100  # characters, of a provider's name and its voice's


class Text(TypedDict):
    """A text at Vapi, cut to our limit; `can_keep` where the field of ours could hold it as it is there.

    Of the voice, the catalogue's key, or what Vapi calls it where the catalogue has none.
    """

    text: str
    can_keep: bool


Version = dict[str, Text]  # by the names of `Assistant`'s fields


def read_version(found: Payload, assistant: Assistant, drift: Sequence[str]) -> Version:
    """What `found` has for each of the fields in `drift`."""
    readers: dict[str, Callable[[], Text]] = {
        "name": lambda: _name(found.get("name")),
        "first_message": lambda: _text(_greeting(found, assistant), FIRST_MESSAGE_LENGTH),
        "prompt": lambda: _text(_instructions(found, assistant), PROMPT_LENGTH),
        "voice": lambda: _voice(found.get("voice"), assistant.language),
    }
    return {name: read() for name, read in readers.items() if name in drift}


def digest_of(version: Version) -> str:
    """Identifies a version: what a page sends back, so that nothing else is kept than what its reader saw."""
    return hashlib.sha256(json.dumps(version, sort_keys=True).encode()).hexdigest()[:16]


def _name(value: Any) -> Text:
    """A name that the form would refuse cannot be kept: every later save would be refused because of it."""
    found = _text(value, NAME_LENGTH)
    try:
        is_name = NameField(max_length=NAME_LENGTH).clean(found["text"]) == found["text"]
    except ValidationError:
        is_name = False
    return {"text": found["text"], "can_keep": found["can_keep"] and is_name}


def _text(value: Any, limit: int) -> Text:
    """`fields.text` replaces what cannot be stored; a text that it changed or cut is not the one at Vapi.

    Other programs than Vapi's own page may end its lines with CRLF.
    """
    given = value.replace("\r\n", "\n").strip() if isinstance(value, str) else None
    text = fields.text(given, at_most=limit)
    return {"text": text, "can_keep": text == given and not is_blank(text)}


def _greeting(found: Payload, assistant: Assistant) -> str | None:
    greeting = found.get("firstMessage")
    return strip_notice(greeting, assistant) if isinstance(greeting, str) else None


def _instructions(found: Payload, assistant: Assistant) -> str | None:
    """The owner's part of the system prompt; None unless the model has exactly one message with a text."""
    model = found.get("model")
    messages = model.get("messages") if isinstance(model, dict) else None
    only = messages[0] if isinstance(messages, list) and len(messages) == 1 else None
    content = only.get("content") if isinstance(only, dict) and only.get("role") == "system" else None
    return strip_added(content, assistant) if isinstance(content, str) else None


def _voice(value: Any, language: str) -> Text:
    have = value if isinstance(value, dict) else {}
    provider, voice_id = (
        fields.text(have.get(name), at_most=VOICE_LENGTH) for name in ("provider", "voiceId")
    )
    for voice in VOICES.values():
        wire = (voice.wire["provider"], voice.wire["voiceId"])
        if wire == (provider, voice_id) and voice.language == language:
            return {"text": voice.key, "can_keep": True}
    return {"text": f"{provider} {voice_id}".strip(), "can_keep": False}

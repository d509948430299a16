"""An assistant as Vapi is told of it, and read back: the only place that knows both shapes.

Source: CreateAssistantDTO, UpdateAssistantDTO and Assistant of Vapi's OpenAPI document.
"""

from typing import Any

from assistants.catalog.voices import TRANSCRIBERS, grammar_of
from assistants.models import Assistant

MODEL = "gpt-4.1-mini"
LONGEST_CALL = 600  # seconds
OURS = "avafirst_assistant"  # in `metadata`: the id of our row, by which a twin is known again

Body = dict[str, Any]


def body_of(assistant: Assistant) -> Body:
    """What Vapi is sent, to make the twin as well as to change it."""
    return {
        "name": assistant.name,
        "firstMessage": assistant.first_message,
        "firstMessageMode": "assistant-speaks-first",
        "model": {
            "provider": "openai",
            "model": MODEL,
            "messages": [{"role": "system", "content": instructions_of(assistant)}],
            "tools": [{"type": "endCall"}],
        },
        "voice": assistant.spoken_with.wire,
        "transcriber": TRANSCRIBERS[assistant.language],
        "maxDurationSeconds": LONGEST_CALL,
        "metadata": {OURS: str(assistant.id), "avafirst_organization": str(assistant.organization_id)},
    }


def instructions_of(assistant: Assistant) -> str:
    """What the model is told: the owner's text, and how a voice such as this speaks of itself."""
    grammar = grammar_of(assistant.spoken_with)
    return "\n\n".join(filter(None, (assistant.prompt.strip(), grammar)))


def is_twin(found: Body, assistant: Assistant) -> bool:
    """Whether what Vapi lists is ours: made for this very row."""
    metadata = found.get("metadata")
    return isinstance(metadata, dict) and metadata.get(OURS) == str(assistant.id)


def drift_of(found: Body, assistant: Assistant) -> list[str]:
    """What Vapi has otherwise than we sent it: some of `name`, `first_message`, `prompt`, `voice`."""
    sent, have = _aspects(body_of(assistant)), _aspects(found)
    return [name for name, value in sent.items() if have[name] != value]


def _aspects(body: Body) -> dict[str, Any]:
    """What a caller would notice. Vapi adds defaults of its own, which are no change."""
    model, voice = _object(body.get("model")), _object(body.get("voice"))
    messages = model.get("messages")
    said = [_object(one) for one in messages] if isinstance(messages, list) else []
    return {
        "name": body.get("name"),
        "first_message": body.get("firstMessage"),
        "prompt": [(one.get("role"), one.get("content")) for one in said],
        "voice": (voice.get("provider"), voice.get("voiceId")),
    }


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

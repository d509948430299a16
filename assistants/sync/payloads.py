"""An assistant in Vapi's shape, and the comparison with what Vapi has.

Source: CreateAssistantDTO, UpdateAssistantDTO and Assistant of Vapi's OpenAPI document.
"""

import re
from typing import Any

from assistants.catalog.facts_text import facts_text
from assistants.catalog.recording_notice import notice_of
from assistants.catalog.voices import TRANSCRIBERS, grammar_of
from assistants.models import Assistant
from assistants.sync.call_summary import summary_plan
from connections.vapi.webhooks import MESSAGES

MODEL = "gpt-4.1-mini"
LONGEST_CALL = 600  # seconds
METADATA_KEY = "avafirst_assistant"  # holds the id of our row, by which a copy is recognised

# Sent because Vapi's defaults would harm. So is artifactPlan: by default every call is recorded.
# `models.PAYLOAD_VERSION` grows with every change.
#   monitorPlan: by default anyone who learns a call's monitor address may listen, and speak for the assistant. The
#     authentication counts where the two are turned on at Vapi.
#     `build_payload` sends it, with the structured output, which is made in the assistant's language.
#   serverMessages: by default eleven kinds, of which nothing reads nine.
# Left at their defaults: transcripts (shown with the call) and logs, analysisPlan (deprecated: once Vapi removes it, a
# body with it would be refused), interruptions of the first message (off, so that the notice of an AI is heard whole),
# voicemail detection, keypad input, hooks (off), HIPAA and PCI (off; they need a paid plan).
PROTECTION: dict[str, Any] = {
    "monitorPlan": {
        "listenEnabled": False,
        "listenAuthenticationEnabled": True,
        "controlEnabled": False,
        "controlAuthenticationEnabled": True,
    },
    "serverMessages": MESSAGES,
}
# Sent as they are for every assistant, or follow from its language.
_SETTINGS = ("firstMessageMode", "transcriber", "maxDurationSeconds", "artifactPlan", *PROTECTION, "server")

Payload = dict[str, Any]


def build_payload(assistant: Assistant, server: Payload | None) -> Payload:
    """The body of a request that creates or updates the copy of an assistant that is `is_speakable`.

    `server` is where Vapi tells of its calls (`webhook_server`); without one the copy keeps the one that it has.
    """
    assert assistant.spoken_with is not None  # noqa: S101 - for the type checker
    return {
        "name": assistant.name,
        "firstMessage": _joined(
            assistant.first_message, notice_of(assistant.organization, assistant.language), by=" "
        ),
        "firstMessageMode": "assistant-speaks-first",
        "model": {
            "provider": "openai",
            "model": MODEL,
            "messages": [{"role": "system", "content": build_instructions(assistant)}],
            "tools": [{"type": "endCall"}],
        },
        "voice": assistant.spoken_with.wire,
        "transcriber": TRANSCRIBERS[assistant.language],
        "maxDurationSeconds": LONGEST_CALL,
        "artifactPlan": {
            "recordingEnabled": assistant.organization.records_calls,
            **summary_plan(assistant.language),
        },
        **PROTECTION,
        **({"server": server} if server else {}),
        "metadata": {
            METADATA_KEY: str(assistant.id),
            "avafirst_organization": str(assistant.organization_id),
        },
    }


def build_instructions(assistant: Assistant) -> str:
    """The system prompt: the owner's text, then what is added to it."""
    return _joined(assistant.prompt.strip(), added_instructions(assistant))


def added_instructions(assistant: Assistant) -> str:
    """What every system prompt ends with: the gender of the voice, the date, and the organisation's facts."""
    grammar = grammar_of(assistant.spoken_with) if assistant.spoken_with else ""
    return _joined(grammar, facts_text(assistant.organization, assistant.language))


def _joined(*texts: str, by: str = "\n\n") -> str:
    return by.join(filter(None, texts))


def additions_in(payload: Payload, assistant: Assistant) -> str:
    """What `added_instructions` added to a payload."""
    instructions: str = payload["model"]["messages"][0]["content"]
    return instructions.removeprefix(assistant.prompt.strip()).strip()


def notice_in(payload: Payload, assistant: Assistant) -> str:
    """What `notice_of` added to the greeting of a payload."""
    greeting: str = payload["firstMessage"]
    return greeting.removeprefix(assistant.first_message).strip()


def strip_notice(greeting: str, assistant: Assistant) -> str:
    """The owner's part of a greeting: without the sentence that we added when it was sent, wherever it stands."""
    parts = greeting.split(assistant.sent_notice) if assistant.sent_notice else [greeting]
    return " ".join(filter(None, (part.strip() for part in parts)))


def strip_added(instructions: str, assistant: Assistant) -> str:
    """The owner's part of a system prompt: without the lines that we added when it was sent, wherever they stand.

    A line of ours that was changed at Vapi is the owner's from then on; blanks at its ends, which programs add or take
    away, are no change.
    """
    added = {line.strip() for line in assistant.sent_additions.split("\n") if line.strip()}
    lines = instructions.split("\n")
    kept = [line for line in lines if line.strip() not in added]
    text = "\n".join(kept)
    return (text if len(kept) == len(lines) else re.sub(r"\n{3,}", "\n\n", text)).strip()


def is_copy(found: Payload, assistant: Assistant) -> bool:
    """Whether an assistant that Vapi lists was created for this row."""
    metadata = found.get("metadata")
    return isinstance(metadata, dict) and metadata.get(METADATA_KEY) == str(assistant.id)


def find_drift(found: Payload, assistant: Assistant, server: Payload | None) -> list[str]:
    """Where the copy differs from the row: some of `name`, `first_message`, `prompt`, `voice`, `settings`."""
    return _differences(found, build_payload(assistant, _comparable(server)))


def find_changes(found: Payload, assistant: Assistant, server: Payload | None) -> list[str]:
    """What of `find_drift` was changed at Vapi.

    The rest is as it was sent last, and what we add (the facts, the recording) has changed here since.
    """
    changed = _differences(found, _as_sent(build_payload(assistant, _comparable(server)), assistant))
    return [name for name in find_drift(found, assistant, server) if name in changed]


def _as_sent(payload: Payload, assistant: Assistant) -> Payload:
    """The payload with the additions of the last time instead of today's."""
    prompt = _joined(assistant.prompt.strip(), assistant.sent_additions)
    is_recorded = bool(assistant.sent_notice)
    return payload | {
        "firstMessage": _joined(assistant.first_message, assistant.sent_notice, by=" "),
        "model": payload["model"] | {"messages": [{"role": "system", "content": prompt}]},
        "artifactPlan": payload["artifactPlan"] | {"recordingEnabled": is_recorded},
    }


def _differences(found: Payload, payload: Payload) -> list[str]:
    sent, have = _compared(payload), _compared(found)
    drift = [name for name, value in sent.items() if have[name] != value]
    is_set = all(_contains(found.get(name), payload[name]) for name in _SETTINGS if name in payload)
    return drift if is_set else [*drift, "settings"]


def _comparable(server: Payload | None) -> Payload | None:
    """Without the headers: whether Vapi shows a secret that it was sent is not documented."""
    return server and {name: value for name, value in server.items() if name != "headers"}


def _contains(have: Any, sent: Any) -> bool:
    """Whether `have` equals `sent` but for properties that Vapi added."""
    if isinstance(sent, dict):
        return isinstance(have, dict) and all(_contains(have.get(name), sent[name]) for name in sent)
    if isinstance(sent, list):
        return isinstance(have, list) and len(have) == len(sent) and all(map(_contains, have, sent))
    return bool(have == sent)


def _compared(payload: Payload) -> dict[str, Any]:
    """What a caller would notice. Defaults that Vapi adds are left out."""
    model, voice = _as_dict(payload.get("model")), _as_dict(payload.get("voice"))
    messages = model.get("messages")
    prompts = [_as_dict(one) for one in messages] if isinstance(messages, list) else []
    return {
        "name": payload.get("name"),
        "first_message": payload.get("firstMessage"),
        "prompt": [(one.get("role"), one.get("content")) for one in prompts],
        "voice": (voice.get("provider"), voice.get("voiceId")),
    }


def _as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

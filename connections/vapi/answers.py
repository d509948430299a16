"""What Vapi answers, as far as the product reads it: every field with its type and its length."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from core.http import fields

Json = dict[str, Any]

LOGIN_SECRETS = ("twilioAuthToken", "twilioApiKey", "twilioApiSecret")  # of an imported number
PAGE = 1000  # the largest `limit` that lists take
_WORD = 100  # characters of a status, of a reason, of a number
_SPEECH = 4000  # characters of what an assistant says at a time: a form carries all turns of a chat
_MOST_SPEECHES = 100
_LONGEST_CALL = 24 * 3600  # seconds
_MOST_SPOKEN = 400  # turns of a call
_SPEAKERS = {
    "bot": True,
    "assistant": True,
    "user": False,
}  # BotMessage, OpenAIMessage, UserMessage: is the assistant
_END_CALL = "endCall"  # the tool with which an assistant hangs up


@dataclass(frozen=True)
class RemoteAssistant:
    """An assistant at Vapi. `body` is compared with what was sent, and neither shown nor stored."""

    id: str
    created_at: datetime | None
    body: Json


@dataclass(frozen=True)
class ImportedNumber:
    """A phone number at Vapi; `number` is E.164, empty for a SIP address. `held_secrets`: of its login at Twilio."""

    id: str
    number: str
    held_secrets: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Spoken:
    """One turn of a call; `at` is seconds from its start."""

    is_assistant: bool
    text: str
    at: float


@dataclass(frozen=True)
class Call:
    """A call; each text is empty where Vapi has none yet. `carrier_id` is the call's id at Twilio.

    `body` is read by `calls`.
    """

    id: str
    created_at: datetime | None
    body: Json = field(repr=False, compare=False)
    assistant_id: str
    status: str
    ended_reason: str
    carrier_id: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @cached_property
    def spoken(self) -> tuple[Spoken, ...]:
        """What was said. Read when asked for: a sweep reads thousands of calls, and never this."""
        return _read_spoken(self.body)


@dataclass(frozen=True)
class Chat:
    """A chat; `speeches` is what the assistant said. `is_over` where it ended the conversation."""

    id: str
    speeches: list[str]
    is_over: bool = False


def read_assistant(value: Any) -> RemoteAssistant:
    """One assistant. Raises MalformedError, as all functions here."""
    body = fields.mapping(value)
    return RemoteAssistant(fields.identifier(body.get("id")), fields.moment(body.get("createdAt")), body)


def read_assistants(value: Any) -> list[RemoteAssistant]:
    """A page of assistants."""
    return [read_assistant(each) for each in fields.mappings(value, at_most=PAGE)]


def read_number(value: Any) -> ImportedNumber:
    """One phone number."""
    body = fields.mapping(value)
    return ImportedNumber(
        id=fields.identifier(body.get("id")),
        number=fields.text(body.get("number"), at_most=_WORD),
        held_secrets=frozenset(name for name in LOGIN_SECRETS if body.get(name)),
    )


def read_numbers(value: Any) -> list[ImportedNumber]:
    """A page of phone numbers."""
    return [read_number(each) for each in fields.mappings(value, at_most=PAGE)]


def read_call(value: Any) -> Call:
    """One call."""
    body = fields.mapping(value)
    return Call(
        id=fields.identifier(body.get("id")),
        created_at=fields.moment(body.get("createdAt")),
        body=body,
        assistant_id=fields.text(body.get("assistantId"), at_most=_WORD),
        status=fields.text(body.get("status"), at_most=_WORD),
        ended_reason=fields.text(body.get("endedReason"), at_most=_WORD),
        carrier_id=fields.text(body.get("phoneCallProviderId"), at_most=_WORD),
        started_at=fields.moment(body.get("startedAt")),
        ended_at=fields.moment(body.get("endedAt")),
    )


def _read_spoken(body: Json) -> tuple[Spoken, ...]:
    """What was said: Artifact.messages after the call, Call.messages before. A message without text is left out."""
    artifact = body.get("artifact")
    listed = [artifact.get("messages") if isinstance(artifact, dict) else None, body.get("messages")]
    messages = next((each for each in listed if isinstance(each, list) and each), [])
    turns = [_read_turn(each) for each in messages[:_MOST_SPOKEN] if isinstance(each, dict)]
    return tuple(turn for turn in turns if turn is not None and turn.text)


def _read_turn(message: Json) -> Spoken | None:
    role = message.get("role")
    if not isinstance(role, str) or role not in _SPEAKERS:
        return None
    at = message.get("secondsFromStart")
    seconds = float(at) if isinstance(at, int | float | Decimal) and 0 <= at < _LONGEST_CALL else 0.0
    return Spoken(_SPEAKERS[role], fields.text(message.get("message"), at_most=_SPEECH), seconds)


def read_calls(value: Any) -> list[Call]:
    """A page of calls."""
    return [read_call(each) for each in fields.mappings(value, at_most=PAGE)]


def read_chat(value: Any) -> Chat:
    """The answer to a message."""
    body = fields.mapping(value)
    output = fields.mappings(body.get("output"), at_most=_MOST_SPEECHES)
    said = [
        fields.text(each.get("content"), at_most=_SPEECH)
        for each in output
        if each.get("role") == "assistant"
    ]
    is_over = any(_ends_call(each) for each in output)
    return Chat(fields.identifier(body.get("id")), [speech for speech in said if speech], is_over)


def _ends_call(message: Json) -> bool:
    """Whether a message of a chat calls the tool that hangs up. AssistantMessage.tool_calls."""
    calls = message.get("tool_calls")
    functions = (
        [each.get("function") for each in calls if isinstance(each, dict)] if isinstance(calls, list) else []
    )
    return any(isinstance(each, dict) and each.get("name") == _END_CALL for each in functions)

"""Trying an assistant in writing. Vapi keeps the conversation; the page keeps where it stands, sealed."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.core import signing

from assistants.models import Assistant
from connections.selectors import vapi_client
from core.security.rate_limits import Limit, hit
from organizations.models import Organization

LONGEST_MESSAGE = 1000  # characters
TURNS_KEPT = 40
# Each turn costs the organisation money at Vapi.
PER_ORGANIZATION = Limit("assistants.chat", hits=120, per=timedelta(hours=1))
_SALT = "assistants.chat"


class NotAtVapiError(Exception):
    """The assistant has no twin yet that could be talked to."""


@dataclass(frozen=True)
class Turn:
    """One side's words; `by` is `assistant` or `caller`."""

    by: str
    text: str


@dataclass(frozen=True)
class Thread:
    """A conversation so far. `chat_id` is what Vapi goes on from; empty before the first turn."""

    chat_id: str = ""
    turns: list[Turn] = field(default_factory=list)


def say(assistant: Assistant, organization: Organization, text: str, thread: Thread) -> Thread:
    """Say something to the assistant; the conversation with its answer.

    Raises NotAtVapiError, NotConnectedError, ProviderError, or LimitedError where too much was said.
    """
    if not assistant.vapi_id:
        raise NotAtVapiError
    hit(PER_ORGANIZATION, str(organization.pk))
    chat = vapi_client(organization).chat(
        assistant_id=assistant.vapi_id, input=text, previous_chat_id=thread.chat_id or None
    )
    said = [
        Turn("assistant", str(each["content"]))
        for each in chat["output"]
        if each["role"] == "assistant" and each.get("content")
    ]
    return Thread(str(chat["id"]), [*thread.turns, Turn("caller", text), *said][-TURNS_KEPT:])


def seal(assistant: Assistant, thread: Thread) -> str:
    """The conversation as a form carries it: nobody can go on with one that is not theirs."""
    turns = [[turn.by, turn.text] for turn in thread.turns]
    return signing.dumps([thread.chat_id, turns], salt=f"{_SALT}.{assistant.id}", compress=True)


def unseal(assistant: Assistant, sealed: str) -> Thread:
    """What `seal` made for this assistant; a new conversation for anything else."""
    try:
        chat_id, turns = signing.loads(sealed, salt=f"{_SALT}.{assistant.id}")
    except signing.BadSignature:
        return Thread()
    return Thread(chat_id, [Turn(by, text) for by, text in turns])

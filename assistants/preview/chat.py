"""Chats with an assistant. Vapi keeps the conversation; the page carries its state, signed."""

import re
from dataclasses import dataclass, field, replace
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
_SALT = "assistants.conversation"
_NUMBER = re.compile(r"\d(?:[ .\-()/]?\d){6,14}")


class NotAtVapiError(Exception):
    """The assistant has no copy at Vapi yet."""


@dataclass(frozen=True)
class Turn:
    """One message; `by` is `assistant` or `caller`."""

    by: str
    text: str

    @property
    def is_caller(self) -> bool:
        return self.by == "caller"


@dataclass(frozen=True)
class Thread:
    """A conversation. `chat_id` is the chat at Vapi that the next message continues; empty before the first."""

    chat_id: str = ""
    turns: list[Turn] = field(default_factory=list)
    is_over: bool = False

    @property
    def read_back(self) -> str:
        """What the assistant took down: its last words that repeat a phone number of the caller. "" for none.

        The question that follows them, "Is that right?", is left out.
        """
        typed = {
            _digits(found) for turn in self.turns if turn.is_caller for found in _NUMBER.findall(turn.text)
        }
        said = [turn.text for turn in self.turns if not turn.is_caller]
        told = next((text for text in reversed(said) if _repeats(text, typed)), "")
        before, _end, question = told.rpartition(". ")
        is_asked = question.rstrip().endswith("?") and _repeats(before, typed)
        return f"{before}." if is_asked else told


def _repeats(text: str, numbers: set[str]) -> bool:
    return any(number in _digits(text) for number in numbers)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def send_message(assistant: Assistant, organization: Organization, text: str, thread: Thread) -> Thread:
    """Send the assistant a message; the conversation with its answer.

    Raises NotAtVapiError, NotConnectedError, ProviderError, LimitedError.
    """
    if not assistant.vapi_id:
        raise NotAtVapiError
    hit(PER_ORGANIZATION, str(organization.pk))
    chat = vapi_client(organization).chat(
        assistant_id=assistant.vapi_id, input=text, previous_chat_id=thread.chat_id or None
    )
    answers = [Turn("assistant", speech) for speech in chat.speeches]
    return Thread(chat.id, [*thread.turns, Turn("caller", text), *answers][-TURNS_KEPT:], chat.is_over)


def hang_up(thread: Thread) -> Thread:
    """The conversation, over. Vapi knows no end of a chat: nothing is sent."""
    return replace(thread, is_over=True)


def sign_thread(assistant: Assistant, thread: Thread) -> str:
    """The conversation as a form carries it: only one that this site signed for this assistant can be continued."""
    turns = [[turn.by, turn.text] for turn in thread.turns]
    return signing.dumps([thread.chat_id, turns, thread.is_over], salt=_salt_of(assistant), compress=True)


def read_thread(assistant: Assistant, signed: str) -> Thread:
    """The conversation that `sign_thread` signed for this assistant; an empty one for anything else."""
    try:
        chat_id, turns, is_over = signing.loads(signed, salt=_salt_of(assistant))
    except signing.BadSignature:
        return Thread()
    return Thread(chat_id, [Turn(by, text) for by, text in turns], is_over)


def _salt_of(assistant: Assistant) -> str:
    # Another copy, in another account for example, knows none of the chats of the former one.
    return f"{_SALT}.{assistant.id}.{assistant.vapi_id}"

"""The four parts of a line, each with its condition and the word that its own page uses."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistants.line.facts import LineFacts
from assistants.problems import Reason
from assistants.states import assistant_state_of
from connections.base import Connection
from connections.enums import ConnectionState, NumberState

Words = str | Promise


class Condition(StrEnum):
    """How a part, or the line as a whole, is doing."""

    FINE = "fine"
    WAITING = "waiting"  # it never worked yet: an account is missing, or a task is on its way
    BROKEN = "broken"


class Part(StrEnum):
    """In the order of a call."""

    NUMBER = "number"
    TWILIO = "twilio"
    VAPI = "vapi"
    ASSISTANT = "assistant"


@dataclass(frozen=True)
class PartState:
    """A part as it is shown: a dot (`tone`) and a word."""

    part: Part
    condition: Condition
    label: Words
    word: Words

    @property
    def tone(self) -> str:
        return {"fine": "good", "waiting": "hollow", "broken": "bad"}[self.condition]


def parts_of(facts: LineFacts) -> tuple[PartState, ...]:
    """All four, each by itself."""
    return (
        PartState(Part.NUMBER, *_number(facts)),
        PartState(Part.TWILIO, *_account("Twilio", facts.twilio)),
        PartState(Part.VAPI, *_account("Vapi", facts.vapi)),
        PartState(Part.ASSISTANT, *_assistant(facts)),
    )


def _number(facts: LineFacts) -> tuple[Condition, Words, Words]:
    label = _("Number")
    if facts.is_number_refused:
        return Condition.BROKEN, label, NumberState.OUT_OF_STEP.label
    if facts.is_number_imported and facts.vapi is not None:
        return Condition.FINE, label, NumberState.IN_STEP.label
    if facts.twilio is None:
        return Condition.WAITING, label, _("not connected")
    return Condition.WAITING, label, NumberState.PENDING.label if facts.vapi else _("waits for Vapi")


def _account(label: str, account: Connection | None) -> tuple[Condition, Words, Words]:
    if account is None:
        return Condition.WAITING, label, _("not connected")
    if account.explanation:
        return Condition.BROKEN, label, ConnectionState.FAILING.label
    return Condition.FINE, label, ConnectionState.OK.label


def _assistant(facts: LineFacts) -> tuple[Condition, Words, Words]:
    if facts.assistant is None:
        return Condition.WAITING, _("Assistant"), _("to be created")
    if facts.answering is None:
        return Condition.BROKEN, _("Assistant"), _("none chosen")
    word = assistant_state_of(facts.answering).label
    return _assistant_condition(facts), facts.answering.name, word


def _assistant_condition(facts: LineFacts) -> Condition:
    if facts.is_lost or facts.is_line_refused:
        return Condition.BROKEN
    if facts.is_pointed:
        return Condition.FINE  # Vapi answers with the version that it has
    is_stuck = facts.is_out_of_step() and not facts.is_out_of_step(Reason.CHANGED) and not facts.is_copied
    return Condition.BROKEN if is_stuck else Condition.WAITING

"""The four parts of a line, each with its condition and the word that its own page uses."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistants.line.facts import LineFacts
from assistants.states import TONES, AssistantState, assistant_state_of
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
    tone: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "tone", self.tone or _TONES[self.condition])


_TONES = {Condition.FINE: "good", Condition.WAITING: "hollow", Condition.BROKEN: "bad"}


def parts_of(facts: LineFacts) -> tuple[PartState, ...]:
    """All four, each by itself."""
    return (
        _number(facts),
        _account(Part.TWILIO, "Twilio", facts.twilio),
        _account(Part.VAPI, "Vapi", facts.vapi),
        _assistant(facts),
    )


def _number(facts: LineFacts) -> PartState:
    condition, word = _number_state(facts)
    return PartState(Part.NUMBER, condition, _("Number"), word)


def _number_state(facts: LineFacts) -> tuple[Condition, Words]:
    if facts.twilio is None:
        return Condition.WAITING, _("not connected")
    if facts.is_number_refused:
        return Condition.BROKEN, NumberState.OUT_OF_STEP.label
    if facts.vapi is None:
        return Condition.WAITING, _("waits for Vapi")
    if facts.is_number_imported:
        return Condition.FINE, NumberState.IN_STEP.label
    return Condition.WAITING, NumberState.PENDING.label


def _account(part: Part, label: str, account: Connection | None) -> PartState:
    if account is None:
        return PartState(part, Condition.WAITING, label, _("not connected"))
    if account.explanation:
        return PartState(part, Condition.BROKEN, label, ConnectionState.FAILING.label)
    return PartState(part, Condition.FINE, label, ConnectionState.OK.label)


def _assistant(facts: LineFacts) -> PartState:
    if facts.assistant is None:
        return PartState(Part.ASSISTANT, Condition.WAITING, _("Assistant"), _("to be created"))
    if facts.answering is None:
        return PartState(Part.ASSISTANT, Condition.BROKEN, _("Assistant"), _("none chosen"))
    state, name = assistant_state_of(facts.answering), facts.answering.name
    if facts.is_pointed and not facts.is_lost:
        # Vapi answers with the version that it has.
        return PartState(Part.ASSISTANT, Condition.FINE, name, state.label, TONES[state])
    if facts.is_line_refused:
        return PartState(Part.ASSISTANT, Condition.BROKEN, name, ConnectionState.FAILING.label)
    if facts.is_lost or (facts.is_out_of_step() and not facts.is_copied):
        return PartState(Part.ASSISTANT, Condition.BROKEN, name, state.label)
    # Vapi has it, and the number is not pointed at it yet.
    word = NumberState.PENDING.label if state == AssistantState.IN_STEP else state.label
    return PartState(Part.ASSISTANT, Condition.WAITING, name, word)

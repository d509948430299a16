"""Whether anyone answers when the organisation's number is dialled: said in the frame of every page."""

from dataclasses import dataclass
from enum import StrEnum

from assistants.models import Assistant, SyncState
from connections.enums import NumberState
from connections.selectors import Connections
from organizations.models import Organization


class LineState(StrEnum):
    """From nothing to everything."""

    CLOSED = "closed"  # something is still missing: an account, a number, an assistant
    TROUBLED = "troubled"
    WAITING = "waiting"  # the providers are being told
    READY = "ready"


@dataclass(frozen=True)
class Line:
    """The number as people read it, who answers it, and whether that works."""

    state: LineState
    number: str
    assistant: Assistant | None

    @property
    def wave(self) -> str:
        """How the mark stands for it: it moves while something is under way."""
        return "speaking" if self.state == LineState.WAITING else "silent"


def line_of(organization: Organization, connections: Connections) -> Line:
    """The organisation's line, read once for each organisation object."""
    if not hasattr(organization, "_line"):
        organization._line = _read(organization, connections)  # type: ignore[attr-defined]
    kept: Line = organization._line  # type: ignore[attr-defined]
    return kept


def _read(organization: Organization, connections: Connections) -> Line:
    answering = Assistant.objects.for_organization(organization).answering()
    assistant = answering.select_related("organization__line").first()
    twilio = connections.twilio
    number = str(twilio.phone_number.as_international) if twilio else ""
    return Line(state=_state(connections, assistant), number=number, assistant=assistant)


def _state(connections: Connections, assistant: Assistant | None) -> LineState:
    if connections.vapi is None or connections.twilio is None or assistant is None:
        return LineState.CLOSED
    told = getattr(assistant.organization, "line", None)
    states = {assistant.sync_state, told.sync_state if told else SyncState.PENDING}
    if connections.failures or SyncState.OUT_OF_STEP in states:
        return LineState.TROUBLED
    imported = connections.twilio.number_state == NumberState.IN_STEP
    return LineState.READY if imported and states == {SyncState.IN_STEP} else LineState.WAITING

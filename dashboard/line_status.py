"""Whether anyone answers when the organisation's number is dialled: said in the frame of every page."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistants.models import Assistant, SyncState
from connections.models import NumberState
from connections.selectors import connections_of, problems_of
from organizations.models import Organization

Words = str | Promise


class LineState(StrEnum):
    """From nothing to everything."""

    CLOSED = "closed"  # something is still missing: an account, a number, an assistant
    TROUBLED = "troubled"
    WAITING = "waiting"  # the providers are being told
    READY = "ready"


@dataclass(frozen=True)
class LineWords:
    """What pages say of a state: on the card of the side bar, above the dashboard, and beside its greeting."""

    card: Words
    headline: Words
    lede: Words


WORDS = {
    LineState.CLOSED: LineWords(
        _("Your line is not open yet"),
        _("Your line is not open yet"),
        _("A few things are missing before your line is answered."),
    ),
    LineState.TROUBLED: LineWords(
        _("Your line needs you"),
        _("Your line needs you"),
        _("Something keeps your line from being answered."),
    ),
    LineState.WAITING: LineWords(
        _("Your line is being set up"),
        _("Your line is almost there"),
        _("Your line is being set up. That takes a minute at most."),
    ),
    LineState.READY: LineWords(
        _("Your line is ready"),
        _("Your line is listening"),
        _("Everything is connected. Only the first call is missing."),
    ),
}


@dataclass(frozen=True)
class Line:
    """The number as people read it, who answers it, and whether that works."""

    state: LineState
    number: str
    assistant: Assistant | None

    @property
    def words(self) -> LineWords:
        """What pages say of it."""
        return WORDS[self.state]

    @property
    def is_ready(self) -> bool:
        """Whether callers are answered."""
        return self.state == LineState.READY

    @property
    def is_waiting(self) -> bool:
        """Whether the providers are being told."""
        return self.state == LineState.WAITING

    @property
    def is_troubled(self) -> bool:
        """Whether something has to be repaired."""
        return self.state == LineState.TROUBLED

    @property
    def wave(self) -> str:
        """How the mark stands for it: it moves while something is under way."""
        return "speaking" if self.is_waiting else "silent"


def line_of(organization: Organization) -> Line:
    """The organisation's line, read once for each organisation object."""
    if not hasattr(organization, "_line"):
        organization._line = _read(organization)  # type: ignore[attr-defined]
    kept: Line = organization._line  # type: ignore[attr-defined]
    return kept


def _read(organization: Organization) -> Line:
    answering = Assistant.objects.for_organization(organization).answering()
    assistant = answering.select_related("organization__line").first()
    twilio = connections_of(organization).twilio
    number = str(twilio.phone_number.as_international) if twilio else ""
    return Line(state=_state(organization, assistant), number=number, assistant=assistant)


def _state(organization: Organization, assistant: Assistant | None) -> LineState:
    connections = connections_of(organization)
    if connections.vapi is None or connections.twilio is None or assistant is None:
        return LineState.CLOSED
    told = getattr(assistant.organization, "line", None)
    states = {assistant.sync_state, told.sync_state if told else SyncState.PENDING}
    if problems_of(organization) or SyncState.OUT_OF_STEP in states:
        return LineState.TROUBLED
    imported = connections.twilio.number_state == NumberState.IN_STEP
    return LineState.READY if imported and states == {SyncState.IN_STEP} else LineState.WAITING

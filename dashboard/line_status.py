"""Whether calls to the organisation's number are answered, as the frame of every page shows it."""

from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistants.models import Assistant
from assistants.sync.mirrored import SyncState
from connections.enums import NumberState
from connections.selectors import Connections, connections_for
from core.web.request_cache import once_per_request
from organizations.models import Organization


class LineState(StrEnum):
    """The states of a line."""

    CLOSED = "closed"  # an account, a number or an assistant is missing
    TROUBLED = "troubled"
    WAITING = "waiting"  # a change has not reached the providers yet
    READY = "ready"


@dataclass(frozen=True)
class LineWords:
    """The texts of a state: on the side bar's card, above the dashboard, and beside its greeting."""

    card: str | Promise
    headline: str | Promise
    lede: str | Promise


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
class LineStatus:
    """The number as it is displayed, the assistant that answers it, and the line's state."""

    state: LineState
    number: str
    assistant: Assistant | None

    @property
    def words(self) -> LineWords:
        return WORDS[self.state]

    @property
    def is_ready(self) -> bool:
        return self.state == LineState.READY

    @property
    def is_waiting(self) -> bool:
        return self.state == LineState.WAITING

    @property
    def is_troubled(self) -> bool:
        return self.state == LineState.TROUBLED

    @property
    def wave(self) -> str:
        """The logo's animation: it moves while a change is under way."""
        return "speaking" if self.is_waiting else "silent"


def line_status_for(request: HttpRequest, organization: Organization) -> LineStatus:
    """The status of the organisation's line; the page and the side bar share one read."""
    connections = connections_for(request, organization)
    return once_per_request(request, ("line", organization.pk), lambda: _read(organization, connections))


def _read(organization: Organization, connections: Connections) -> LineStatus:
    answering = Assistant.objects.for_organization(organization).answering()
    assistant = answering.select_related("organization__line").first()
    twilio = connections.twilio
    number = str(twilio.phone_number.as_international) if twilio else ""
    return LineStatus(state=_state(connections, assistant), number=number, assistant=assistant)


def _state(connections: Connections, assistant: Assistant | None) -> LineState:
    if connections.vapi is None or connections.twilio is None or assistant is None:
        return LineState.CLOSED
    line = getattr(assistant.organization, "line", None)
    states = {assistant.sync_state, line.sync_state if line else SyncState.PENDING}
    if connections.failures or SyncState.OUT_OF_STEP in states:
        return LineState.TROUBLED
    imported = connections.twilio.number_state == NumberState.IN_STEP
    return LineState.READY if imported and states == {SyncState.IN_STEP} else LineState.WAITING

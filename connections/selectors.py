"""What other rooms ask of an organisation's connections. Read once for each organisation object, in one query."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from connections.models import AnyConnection, NumberState, TwilioConnection, VapiConnection
from connections.problems import Problem
from connections.vapi.client import VapiClient
from organizations.models import Organization


class NotConnectedError(Exception):
    """The organisation has no account of this provider."""


@dataclass(frozen=True)
class Connections:
    """Both, or None where there is none."""

    vapi: VapiConnection | None
    twilio: TwilioConnection | None

    @property
    def all(self) -> list[AnyConnection]:
        """Those that exist."""
        return [each for each in (self.vapi, self.twilio) if each is not None]

    @property
    def is_sandbox(self) -> bool:
        """Whether one of them is the bundled stand-in."""
        return any(each.is_sandbox for each in self.all)

    @property
    def is_number_moving(self) -> bool:
        """Whether Vapi is being told of the number, so that a page has news soon."""
        if self.vapi is None or self.twilio is None:
            return False
        return self.twilio.number_state == NumberState.PENDING


@dataclass(frozen=True)
class Trouble:
    """Something that does not work, since when where that is known."""

    provider: str
    problem: Problem
    since: datetime | None = None


def connections_of(organization: Organization) -> Connections:
    """Both connections. The organisation object keeps them, so that a page and its frame ask once."""
    if not hasattr(organization, "_connections"):
        found = Organization.objects.select_related("vapiconnection", "twilioconnection").get(
            pk=organization.pk
        )
        organization._connections = Connections(  # type: ignore[attr-defined]
            vapi=getattr(found, "vapiconnection", None), twilio=getattr(found, "twilioconnection", None)
        )
    kept: Connections = organization._connections  # type: ignore[attr-defined]
    return kept


def connection_or_404(organization: Organization, provider: str) -> VapiConnection | TwilioConnection:
    """The account of one provider. Raises Http404 where there is none."""
    for connection in connections_of(organization).all:
        if connection.provider == provider:
            return connection
    raise Http404


def forget_connections(organization: Organization) -> None:
    """Have the next reader ask the database again."""
    organization.__dict__.pop("_connections", None)


def vapi_of(organization: Organization) -> VapiConnection | None:
    """The account at Vapi."""
    return connections_of(organization).vapi


def twilio_of(organization: Organization) -> TwilioConnection | None:
    """The account at Twilio."""
    return connections_of(organization).twilio


def vapi_client(organization: Organization) -> VapiClient:
    """Vapi as this organisation. Raises NotConnectedError, or ProviderError where the key cannot be read."""
    connection = vapi_of(organization)
    if connection is None:
        raise NotConnectedError
    return connection.client()


def problems_of(organization: Organization) -> list[Trouble]:
    """What needs somebody's attention: connections that fail, a number that nobody answers."""
    connections = connections_of(organization)
    troubles = [
        Trouble(each.provider, Problem(each.problem), each.failing_since)
        for each in connections.all
        if each.is_failing
    ]
    twilio = connections.twilio
    if twilio is not None and twilio.number_state == NumberState.OUT_OF_STEP:
        troubles.append(Trouble("vapi", Problem(twilio.number_problem)))
    return troubles

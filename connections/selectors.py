"""Reads of an organisation's connections, for pages and for other apps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest

from connections.base import Connection
from connections.enums import NumberState, Provider
from connections.models import TwilioConnection, VapiConnection
from connections.provider import PROVIDERS
from connections.vapi.client import VapiClient
from core.http.public_addresses import is_public_host
from core.web.request_cache import once_per_request
from organizations.models import Organization


class NotConnectedError(Exception):
    """The organisation has no account at this provider."""


@dataclass(frozen=True)
class Connections:
    """An organisation's connections by provider, as they were when they were loaded."""

    by_provider: Mapping[str, Connection]

    @property
    def vapi(self) -> VapiConnection | None:
        return cast("VapiConnection | None", self.by_provider.get(Provider.VAPI))

    @property
    def twilio(self) -> TwilioConnection | None:
        return cast("TwilioConnection | None", self.by_provider.get(Provider.TWILIO))

    @property
    def is_sandbox(self) -> bool:
        return any(each.is_sandbox for each in self.by_provider.values())

    @property
    def is_import_pending(self) -> bool:
        twilio = self.twilio
        return bool(self.vapi and twilio and twilio.number_state == NumberState.PENDING)

    def get_or_404(self, provider: str) -> Connection:
        """One provider's connection. Raises Http404 where there is none."""
        try:
            return self.by_provider[provider]
        except KeyError as error:
            raise Http404 from error


def load_connections(organization: Organization) -> Connections:
    """Read the connections to all providers in one query."""
    names = {provider: str(spec.model._meta.model_name) for provider, spec in PROVIDERS.items()}
    # None where the organisation was deleted meanwhile.
    found = Organization.objects.select_related(*names.values()).filter(pk=organization.pk).first()
    return Connections(
        {provider: getattr(found, name) for provider, name in names.items() if hasattr(found, name)}
    )


def connections_for(request: HttpRequest, organization: Organization) -> Connections:
    """The connections as first read in this request: the view and the line share one query."""
    return once_per_request(request, ("connections", organization.pk), lambda: load_connections(organization))


def twilio_of(organization: Organization) -> TwilioConnection | None:
    """The connection to Twilio, if there is one."""
    found: TwilioConnection | None = TwilioConnection.objects.for_organization(organization).first()
    return found


def vapi_of(organization: Organization) -> VapiConnection:
    """The connection to Vapi. Raises NotConnectedError."""
    connection: VapiConnection | None = VapiConnection.objects.for_organization(organization).first()
    if connection is None:
        raise NotConnectedError
    return connection


def vapi_client(organization: Organization) -> VapiClient:
    """Vapi's API as this organisation. Raises NotConnectedError, or ProviderError where the key is unreadable."""
    return vapi_of(organization).client()


def site_is_public() -> bool:
    """Whether providers can reach SITE_URL: https, and a name or address known on the whole internet."""
    return settings.SITE_IS_HTTPS and is_public_host(settings.SITE_HOST)

"""Connects an organisation to Twilio, and checks that the account and its number still work."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import transaction
from phonenumber_field.phonenumber import PhoneNumber

from connections.credentials import store_credentials
from connections.enums import Provider
from connections.phone_number import number_forgotten, request_import, request_release
from connections.problems import Problem, ProviderError
from connections.twilio.answers import IncomingNumber
from connections.twilio.client import TwilioClient, twilio_url
from connections.twilio.model import TwilioConnection
from organizations.locks import lock_membership
from organizations.models import Membership
from organizations.permissions import Permission

TRIAL = "Trial"
DEMONSTRATION = "demo.twilio.com"  # Twilio's, set for new numbers
VAPI = "vapi.ai"


@dataclass(frozen=True)
class TwilioFinding:
    """An account that works, and its number."""

    is_trial: bool
    number: IncomingNumber


def connect_twilio(
    *,
    actor: Membership,
    endpoint: str,
    account_sid: str,
    auth_token: str,
    phone_number: PhoneNumber,
    api_key_sid: str = "",
) -> TwilioConnection:
    """Connect the actor's organisation to Twilio, or replace its credentials or number; then import the number to Vapi.

    Raises ProviderError where `probe_twilio` does; nothing is changed then. Raises Http404 or PermissionDenied where
    the actor has lost the membership or the permission meanwhile.
    """
    number = str(phone_number.as_e164)
    login = {"account_sid": account_sid, "auth_token": auth_token, "api_key_sid": api_key_sid}
    client = TwilioClient(
        base_url=twilio_url(endpoint), sid=account_sid, token=auth_token, key_sid=api_key_sid
    )
    finding = probe_twilio(client, number)
    with transaction.atomic():
        membership = lock_membership(actor, Permission.CONNECTION_MANAGE)
        organization = membership.organization
        connection = TwilioConnection.objects.for_organization(organization).first() or TwilioConnection(
            organization=organization
        )
        if connection.vapi_number_id and connection.number != number:
            request_release(connection)
            number_forgotten.send(sender=TwilioConnection, organization=organization)
        connection.phone_number, connection.phone_number_sid = phone_number, finding.number.sid
        connection.is_trial, connection.former_target = finding.is_trial, former_target(finding.number)
        connection.set_credentials(endpoint=endpoint, **login)
        store_credentials(connection, actor=membership, number=number)
        request_import(organization)
    return connection


def probe_twilio(client: TwilioClient, number: str) -> TwilioFinding:
    """Ask Twilio for the account and the number (E.164). With an API key a trial account is not recognised.

    Credentials of another region than US1 are refused like wrong ones, since each region has its own
    (twilio.com/docs/global-infrastructure/manage-regional-api-credentials). A number that is only routed to another
    region looks like any other here: api_v2010 does not tell, and the API that does is on another host.
    Raises ProviderError where the login fails, or the number is not in the account or takes no calls.
    """
    is_trial = client.may_read_account and client.account().type == TRIAL
    found = client.find_number(number)
    if found is None:
        raise ProviderError(Problem.NUMBER_NOT_OWNED, Provider.TWILIO)
    if not found.voice:
        raise ProviderError(Problem.NUMBER_NO_VOICE, Provider.TWILIO)
    return TwilioFinding(is_trial=is_trial, number=found)


def former_target(number: IncomingNumber) -> str:
    """The host, or the SID of the trunk or application, that takes the number's calls today; "" where there is none.

    Only the host of the address is kept, since its path or query may hold a secret.
    """
    if sid := number.trunk_sid or number.application_sid:
        return sid
    host = _host_of(number.voice_url)
    return "" if _is_within(host, DEMONSTRATION) or _is_within(host, VAPI) else host[:253]


def is_vapi(voice_url: str) -> bool:
    """Whether Vapi takes the calls that go to this address."""
    return _is_within(_host_of(voice_url), VAPI)


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def check_twilio(connection: TwilioConnection) -> dict[str, bool]:
    """Check the login and the number; the fields to update. Raises ProviderError."""
    return {"is_trial": probe_twilio(connection.client(), connection.number).is_trial}

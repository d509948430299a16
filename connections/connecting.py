"""Entrusting an account to us. The provider is asked first; what it accepted is kept in one transaction."""

from django.db import transaction
from django.dispatch import Signal
from django.http import HttpRequest
from django.utils import timezone
from phonenumber_field.phonenumber import PhoneNumber

from connections import numbers
from connections.access import forget_connections, twilio_of, vapi_of
from connections.acting import lock_as_manager
from connections.base import Connection
from connections.endpoints import twilio_url, vapi_url
from connections.health.probes import former_target, probe_twilio, probe_vapi
from connections.models import TwilioConnection, VapiConnection
from connections.twilio.client import TwilioClient
from connections.vapi.client import VapiClient
from core.audit.services import record_event
from organizations.models import Membership

# Sent inside the transaction with `organization`: what waited for an account there can go on.
vapi_connected = Signal()


def connect_vapi(
    *, actor: Membership, region: str, private_key: str, request: HttpRequest | None
) -> VapiConnection:
    """Connect the actor's organisation to Vapi, or replace what it was connected with.

    Raises ProviderError where Vapi does not accept the key: nothing is changed then. Raises Http404 or
    PermissionDenied where the actor may no longer do it.
    """
    client = VapiClient(base_url=vapi_url(region), key=private_key)
    probe_vapi(client)
    organization = actor.organization
    numbers.leave_former_account(vapi_of(organization), twilio_of(organization), client)
    with transaction.atomic():
        member = lock_as_manager(actor)
        connection = VapiConnection.objects.for_organization(organization).first() or VapiConnection(
            organization=organization
        )
        _keep(connection.entrust(region=region, private_key=private_key), member, request, region=region)
        numbers.import_anew(organization)
        vapi_connected.send(sender=VapiConnection, organization=organization)
    forget_connections(organization)
    return connection


def connect_twilio(
    *,
    actor: Membership,
    endpoint: str,
    account_sid: str,
    auth_token: str,
    phone_number: PhoneNumber,
    request: HttpRequest | None,
) -> TwilioConnection:
    """Connect the actor's organisation to Twilio, or replace what it was connected with; Vapi then gets the number.

    Raises ProviderError where Twilio does not accept the login, or the number is not the account's or takes no calls:
    nothing is changed then. Raises Http404 or PermissionDenied where the actor may no longer do it.
    """
    number = str(phone_number.as_e164)
    finding = probe_twilio(
        TwilioClient(base_url=twilio_url(endpoint), sid=account_sid, token=auth_token), number
    )
    organization = actor.organization
    with transaction.atomic():
        member = lock_as_manager(actor)
        connection = TwilioConnection.objects.for_organization(organization).first() or TwilioConnection(
            organization=organization
        )
        if connection.vapi_number_id and connection.number != number:
            numbers.let_go(connection)
        connection.phone_number, connection.phone_number_sid = phone_number, finding.number.sid
        connection.is_trial, connection.former_target = finding.is_trial, former_target(finding.number)
        connection.entrust(endpoint=endpoint, account_sid=account_sid, auth_token=auth_token)
        _keep(connection, member, request, number=number)
        numbers.import_anew(organization)
    forget_connections(organization)
    return connection


def _keep(connection: Connection, member: Membership, request: HttpRequest | None, **data: str) -> None:
    is_new = connection._state.adding
    connection.connected_by = member.user
    connection.renew(at=timezone.now())
    connection.save()
    record_event(
        f"connections.{connection.provider}_{'connected' if is_new else 'replaced'}",
        request=request,
        actor=member.user,
        subject=connection,
        organization_id=member.organization_id,
        **data,
    )

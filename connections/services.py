"""Entrusting an account to us. The provider is asked first; what it accepted is kept in one transaction."""

from django.db import transaction
from django.dispatch import Signal
from django.http import Http404
from django.utils import timezone
from phonenumber_field.phonenumber import PhoneNumber

from connections.base import Connection
from connections.endpoints import twilio_url, vapi_url
from connections.health.probes import former_target, probe_twilio, probe_vapi
from connections.models import MODELS, TwilioConnection, VapiConnection
from connections.phone_number import (
    release_after_commit,
    release_at_former_account,
    release_number_of,
    request_import,
)
from connections.problems import Provider
from connections.selectors import connections_of, forget_connections, twilio_of, vapi_of
from connections.twilio.client import TwilioClient
from connections.vapi.client import VapiClient
from organizations.audit_log.services import record_by
from organizations.locks import lock_membership
from organizations.models import Membership, Organization
from organizations.permissions import Permission
from organizations.settings.services import organization_deleting

# Sent inside the transaction with `organization`: what waited for an account there can go on.
vapi_connected = Signal()


def connect_vapi(*, actor: Membership, region: str, private_key: str) -> VapiConnection:
    """Connect the actor's organisation to Vapi, or replace what it was connected with.

    Raises ProviderError where Vapi does not accept the key: nothing is changed then. Raises Http404 or
    PermissionDenied where the actor may no longer do it.
    """
    client = VapiClient(base_url=vapi_url(region), key=private_key)
    probe_vapi(client)
    organization = actor.organization
    release_at_former_account(vapi_of(organization), twilio_of(organization), client)
    with transaction.atomic():
        member = lock_membership(actor, Permission.CONNECTION_MANAGE)
        connection = VapiConnection.objects.for_organization(organization).first() or VapiConnection(
            organization=organization
        )
        _keep(connection.entrust(region=region, private_key=private_key), member, region=region)
        request_import(organization)
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
        member = lock_membership(actor, Permission.CONNECTION_MANAGE)
        connection = TwilioConnection.objects.for_organization(organization).first() or TwilioConnection(
            organization=organization
        )
        if connection.vapi_number_id and connection.number != number:
            release_number_of(connection)
        connection.phone_number, connection.phone_number_sid = phone_number, finding.number.sid
        connection.is_trial, connection.former_target = finding.is_trial, former_target(finding.number)
        connection.entrust(endpoint=endpoint, account_sid=account_sid, auth_token=auth_token)
        _keep(connection, member, number=number)
        request_import(organization)
    forget_connections(organization)
    return connection


def _keep(connection: Connection, member: Membership, **data: str) -> None:
    is_new = connection._state.adding
    connection.connected_by = member.user
    connection.renew(at=timezone.now())
    connection.save()
    verb = "connected" if is_new else "replaced"
    record_by(member, f"connections.{connection.provider}_{verb}", connection, **data)


# Sent inside the transaction with `organization` and `provider`, while the connection is still there.
connection_cut = Signal()


def disconnect(*, actor: Membership, provider: str) -> None:
    """Delete the credentials of one provider; what stands on them stops working.

    Raises Http404 where there are none, or the actor belongs there no more; PermissionDenied for a role too weak.
    """
    organization = actor.organization
    with transaction.atomic():
        member = lock_membership(actor, Permission.CONNECTION_MANAGE)
        forget_connections(organization)
        connection = MODELS[provider].objects.for_organization(organization).first()
        if connection is None:
            raise Http404
        connection_cut.send(sender=type(connection), organization=organization, provider=provider)
        _let_go_of_number(organization, provider)
        record_by(member, f"connections.{provider}_cut", connection)
        connection.delete()
    forget_connections(organization)


def _let_go_of_number(organization: Organization, provider: str) -> None:
    connections = connections_of(organization)
    if connections.twilio is None or connections.vapi is None:
        return
    if provider == Provider.TWILIO:
        release_number_of(connections.twilio)
        return
    release_after_commit(connections.vapi, connections.twilio)
    connections.twilio.vapi_number_id = ""
    connections.twilio.await_import()
    connections.twilio.save(update_fields=["vapi_number_id", "number_state", "number_problem", "revision"])


def connect() -> None:
    """Hear of organisations that end; called once, when the apps are ready."""
    organization_deleting.connect(_leave_vapi, dispatch_uid="connections.services")


def _leave_vapi(sender: type, organization: Organization, **_: object) -> None:
    """The rows go with the organisation; the number must be taken from Vapi while its key is known."""
    vapi, twilio = connections_of(organization).vapi, connections_of(organization).twilio
    if vapi is not None and twilio is not None:
        release_after_commit(vapi, twilio)

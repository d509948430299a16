"""Connects an organisation to Vapi, and checks that the connection still works."""

from django.db import transaction
from django.dispatch import Signal

from connections.credentials import store_credentials
from connections.enums import NumberState
from connections.phone_number import (
    forget_foreign_number,
    number_forgotten,
    release_at_replaced_account,
    request_import,
    verify_import,
)
from connections.twilio.model import TwilioConnection
from connections.vapi.client import VapiClient, vapi_url
from connections.vapi.holdings import Holdings, read_holdings
from connections.vapi.model import VapiConnection
from organizations.locks import lock_membership
from organizations.models import Membership
from organizations.permissions import Permission

# Sent inside the transaction with `organization` and `held`, the ids of the assistants that the account holds (none
# where it is the first), so that work waiting for an account can resume, and other accounts' ids are forgotten.
vapi_connected = Signal()


def connect_vapi(*, actor: Membership, region: str, private_key: str) -> VapiConnection:
    """Connect the actor's organisation to Vapi, or replace its credentials.

    Raises ProviderError where Vapi refuses the key; nothing is changed then. Raises Http404 or PermissionDenied where
    the actor has lost the membership or the permission meanwhile.
    """
    client = VapiClient(base_url=vapi_url(region), key=private_key)
    probe_vapi(client)
    connections = VapiConnection.objects.for_organization(actor.organization)
    replaced = connections.first()
    held = read_holdings(client) if replaced else Holdings()
    release_at_replaced_account(replaced, held.numbers)
    with transaction.atomic():
        membership = lock_membership(actor, Permission.CONNECTION_MANAGE)
        organization = membership.organization
        connection = connections.select_for_update().first() or VapiConnection(organization=organization)
        connection.set_credentials(region=region, private_key=private_key)
        store_credentials(connection, actor=membership, region=region)
        is_number_forgotten = forget_foreign_number(organization, held.numbers)
        request_import(organization)
        vapi_connected.send(sender=VapiConnection, organization=organization, held=held.assistants)
        if is_number_forgotten:  # only now: rows are locked in one order, the line after the assistants
            number_forgotten.send(sender=TwilioConnection, organization=organization)
    return connection


def probe_vapi(client: VapiClient) -> None:
    """Ask Vapi for one assistant. Raises ProviderError where it refuses the key."""
    client.list_assistants(limit=1)


def check_vapi(connection: VapiConnection) -> dict[str, bool]:
    """Check the key, and that Vapi still has the imported number. Raises ProviderError."""
    client = connection.client()
    probe_vapi(client)
    numbers = TwilioConnection.objects.filter(organization_id=connection.organization_id)
    for twilio in numbers.filter(number_state=NumberState.IN_STEP):
        verify_import(twilio, client)
    return {}

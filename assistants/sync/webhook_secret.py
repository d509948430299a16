"""Brings a replaced webhook secret to every assistant, and ends the former one after that."""

from django.db import transaction

from assistants.models import Assistant
from assistants.sync.mirrored import SyncState
from connections.models import VapiConnection
from connections.vapi import webhooks
from organizations.models import Organization


@transaction.atomic
def retire_former_secret(organization: Organization) -> None:
    """Refuse the former secret, unless an assistant may still send it.

    The connection is locked, as where the secret is replaced: assistants that wait since then are seen here.
    """
    if VapiConnection.objects.for_organization(organization).select_for_update().first() is None:
        return
    if not Assistant.objects.for_organization(organization).exclude(sync_state=SyncState.IN_STEP).exists():
        webhooks.retire_former_secret(organization)

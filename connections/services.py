"""Disconnects an organisation from a provider. Connecting stands in each provider's `services`."""

from django.db import transaction
from django.dispatch import Signal
from django.http import Http404

from connections.provider import PROVIDERS
from organizations.audit_log.services import record_by
from organizations.locks import lock_membership
from organizations.models import Membership
from organizations.permissions import Permission

# Sent inside the transaction with `organization` and `provider`, before the connection is deleted.
connection_cut = Signal()


@transaction.atomic
def disconnect(*, actor: Membership, provider: str) -> None:
    """Delete one provider's credentials.

    Raises Http404 where there are none or the actor lost the membership, PermissionDenied where the role is too weak.
    """
    membership = lock_membership(actor, Permission.CONNECTION_MANAGE)
    organization, spec = membership.organization, PROVIDERS[provider]
    connection = spec.model.objects.for_organization(organization).select_for_update().first()
    if connection is None:
        raise Http404
    connection_cut.send(sender=spec.model, organization=organization, provider=provider)
    spec.release(connection)
    record_by(membership, f"connections.{provider}_cut", connection)
    connection.delete()

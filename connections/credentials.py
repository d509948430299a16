"""Stores the credentials that a provider has accepted."""

from typing import Any

from django.utils import timezone

from connections.base import Connection
from core.audit.services import record_event
from organizations.models import Membership


def store_credentials(connection: Connection, *, actor: Membership, **audit_data: Any) -> None:
    """Save a connection whose credentials were just set, in the caller's transaction, with an audit event."""
    is_new = connection._state.adding
    connection.connected_by = actor.user
    connection.renew(at=timezone.now())
    connection.save()
    record_event(
        f"connections.{connection.provider}_{'connected' if is_new else 'replaced'}",
        actor=actor.user,
        subject=connection,
        organization_id=actor.organization_id,
        **audit_data,
    )

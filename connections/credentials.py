"""Stores the credentials that a provider has accepted."""

from typing import Any

from django.utils import timezone

from connections.base import Connection
from organizations.audit_log.services import record_by
from organizations.models import Membership


def store_credentials(connection: Connection, *, actor: Membership, **audit_data: Any) -> None:
    """Save a connection whose credentials were just set, in the caller's transaction, with an audit event."""
    is_new = connection._state.adding
    connection.connected_by = actor.user
    connection.renew(at=timezone.now())
    connection.save()
    verb = "connected" if is_new else "replaced"
    record_by(actor, f"connections.{connection.provider}_{verb}", connection, **audit_data)

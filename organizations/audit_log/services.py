"""Writing audit events about an organisation."""

from typing import Any

from core.audit.services import Named, record_event
from core.models import AuditEvent
from organizations.models import Membership


def record_by(actor: Membership, action: str, subject: Named, **data: Any) -> AuditEvent:
    """Write that a member did something in their organisation, in the caller's transaction.

    `data` is kept with the event: plain values that help a reader, never a secret.
    """
    return record_event(
        action, actor=actor.user, subject=subject, organization_id=actor.organization_id, **data
    )

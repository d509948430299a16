"""Writes audit events."""

import uuid
from typing import Any, Protocol

from core.models import AuditEvent
from core.request_context import current_request
from core.text import printable


class Named(Protocol):
    """An object with a primary key and a name to show, such as a user or an organisation."""

    @property
    def pk(self) -> Any: ...

    def __str__(self) -> str: ...


def record_event(
    action: str,
    *,
    actor: Named | None = None,
    subject: Named | None = None,
    organization_id: uuid.UUID | None = None,
    **data: Any,
) -> AuditEvent:
    """Write one event, in the caller's transaction.

    `action` is `app.what_happened`. Without an `actor`, the system or an unknown client did it. `subject` defaults to
    the actor. `data` holds plain values that help a reader, never a secret.
    """
    subject, request = subject or actor, current_request()
    return AuditEvent.objects.create(
        action=action,
        actor_id=actor.pk if actor else None,
        actor_label=printable(str(actor)[:254]) if actor else "",
        subject_id=subject.pk if subject else None,
        subject_label=printable(str(subject)[:254]) if subject else "",
        organization_id=organization_id,
        ip=request.ip,
        data=_storable(data),
        request_id=request.id,
    )


def _storable(value: Any) -> Any:
    """Plain values without the characters that a JSON column of PostgreSQL refuses."""
    if isinstance(value, dict):
        return {name: _storable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(each) for each in value]
    return printable(value) if isinstance(value, str) else value

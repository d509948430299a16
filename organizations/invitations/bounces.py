"""Marks invitations whose mail does not arrive."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.addresses import normalize_address
from core.mail.delivery import delivery_reported
from organizations.models import Invitation


def connect() -> None:
    """Subscribe to deliveries; called once, from AppConfig.ready."""
    delivery_reported.connect(_record_delivery, dispatch_uid="organizations.invitations.bounces")


def _record_delivery(sender: type, address: str, trouble: str, **_kwargs: Any) -> None:
    try:
        invitations = Invitation.objects.open().filter(email=normalize_address(address))
    except ValidationError:
        return
    invitations.update(bounced_at=timezone.now() if trouble else None)

"""Mail delivery failures reported by mail providers (django-anymail's tracking signal)."""

from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, tracking
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.addresses import normalize_address
from accounts.models import User
from core.audit.services import record_event
from core.text import printable

TROUBLE = {EventType.BOUNCED, EventType.REJECTED, EventType.COMPLAINED, EventType.FAILED}
ARRIVED = {EventType.DELIVERED, EventType.OPENED, EventType.CLICKED}


def connect() -> None:
    """Subscribe to delivery events; called once, from AppConfig.ready."""
    tracking.connect(_record_delivery, dispatch_uid="accounts.bounces")


def _record_delivery(sender: type, event: AnymailTrackingEvent, **_kwargs: Any) -> None:
    try:
        user = User.objects.for_address(normalize_address(event.recipient or ""))
    except ValidationError:
        return
    if user is None:
        return
    if event.event_type in TROUBLE:
        trouble = printable(str(event.reject_reason or event.event_type)[:32])
        User.objects.filter(pk=user.pk).update(mail_trouble=trouble, mail_trouble_at=timezone.now())
        record_event("accounts.mail_trouble", subject=user, kind=trouble)
    elif event.event_type in ARRIVED and user.mail_trouble:
        User.objects.filter(pk=user.pk).update(mail_trouble="", mail_trouble_at=None)

"""Marks users whose mail does not arrive."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.addresses import normalize_address
from accounts.models import User
from core.audit.services import record_event
from core.mail.delivery import delivery_reported


def connect() -> None:
    """Subscribe to deliveries; called once, from AppConfig.ready."""
    delivery_reported.connect(_record_delivery, dispatch_uid="accounts.bounces")


def _record_delivery(sender: type, address: str, trouble: str, **_kwargs: Any) -> None:
    try:
        user = User.objects.for_address(normalize_address(address))
    except ValidationError:
        return
    if user is None:
        return
    if trouble:
        User.objects.filter(pk=user.pk).update(mail_trouble=trouble, mail_trouble_at=timezone.now())
        record_event("accounts.mail_trouble", subject=user, kind=trouble)
    elif user.mail_trouble:
        User.objects.filter(pk=user.pk).update(mail_trouble="", mail_trouble_at=None)

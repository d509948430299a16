"""What became of a mail: the provider reports it later (django-anymail), or the server refuses the address at once."""

from smtplib import SMTPRecipientsRefused
from typing import Any

from anymail.exceptions import AnymailRecipientsRefused
from anymail.signals import AnymailTrackingEvent, EventType, tracking
from django.core.mail import EmailMessage
from django.dispatch import Signal

from core.text import printable

# Sent with `address`, and with `trouble`: why the mail did not arrive, empty if it did.
delivery_reported = Signal()

_TROUBLE = {EventType.BOUNCED, EventType.REJECTED, EventType.COMPLAINED, EventType.FAILED}
_ARRIVED = {EventType.DELIVERED, EventType.OPENED, EventType.CLICKED}


def connect() -> None:
    """Subscribe to the providers' events; called once, from AppConfig.ready."""
    tracking.connect(_report_event, dispatch_uid="core.mail.delivery")


def deliver(mail: EmailMessage) -> None:
    """Send a mail to one recipient. An address that is refused for good is reported, and not tried again.

    Raises what the backend raises where a later attempt may succeed.
    """
    try:
        mail.send()
    except SMTPRecipientsRefused as refused:
        if any(code < 500 for code, _text in refused.recipients.values()):
            raise
    except AnymailRecipientsRefused:
        pass
    else:
        return
    delivery_reported.send(sender=EmailMessage, address=mail.to[0], trouble="refused")


def _report_event(sender: type, event: AnymailTrackingEvent, **_kwargs: Any) -> None:
    if event.event_type in _TROUBLE:
        trouble = printable(str(event.reject_reason or event.event_type)[:32])
    elif event.event_type in _ARRIVED:
        trouble = ""
    else:
        return
    delivery_reported.send(sender=sender, address=event.recipient or "", trouble=trouble)

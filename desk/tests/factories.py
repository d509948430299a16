from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from calls.models import Call
from calls.signals import call_changed
from calls.summaries.models import CallSummary
from calls.tests.factories import CallFactory
from desk.models import Item

MISSED = "call.ringing.sip-inbound-caller-hungup-before-call-connect"


def tell(call: Call, **summary: Any) -> Call:
    """Store a summary of a call, and say that the call has changed."""
    with transaction.atomic():
        if summary:
            CallSummary.objects.update_or_create(call=call, defaults={"version": "1"} | summary)
        call_changed.send(sender=Call, call=call)
    return call


def ask(organization: Any, number: str = "+33639981234", *, minutes_ago: float = 2, **summary: Any) -> Call:
    """A call of a customer that ended, and asks for something."""
    told = {"purpose": "message", "subject": "Une charlotte pour samedi", "caller_name": "Nadia Benali"}
    call = CallFactory(
        organization=organization,
        customer_number=number,
        created_at=timezone.now() - timedelta(minutes=minutes_ago),
        assistant=summary.pop("assistant", None),
    )
    return tell(call, **told | summary)


def item_of(call: Call) -> Item:
    return Item.objects.get(links__call=call)

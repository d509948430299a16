"""Calls that ring at Twilio and that Vapi never has: nothing but a leg."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.utils.crypto import get_random_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sandbox.calls.services import account_of
from sandbox.models import PhoneNumber, TwilioCall, now

LASTED = timedelta(seconds=4)


@dataclass(frozen=True)
class Miss:
    """Why a caller speaks with no assistant: its name on the page, Twilio's status, and the price in US dollars."""

    label: Promise
    outcome: str
    price: Decimal = Decimal()


MISSES = {
    "hangs-up": Miss(_("Hangs up while it still rings"), "no-answer"),
    # Twilio answers, tells of an application error, and charges the minute.
    "unanswered": Miss(_("Calls while Vapi does not answer"), "completed", Decimal("-0.01")),
}


def place_missed_call(miss: Miss, *, customer: str, number: PhoneNumber | None, is_over: bool) -> TwilioCall:
    """Have a caller (E.164) ring in vain, from now on. `is_over` has it end two minutes ago."""
    began_at = now() - (timedelta(minutes=2) + LASTED if is_over else timedelta())
    return TwilioCall.objects.create(
        sid=f"CA{get_random_string(32, '0123456789abcdef')}",
        account_sid=account_of(number),
        from_number=customer,
        to_number=number.number if number else settings.SANDBOX_PHONE_NUMBER,
        direction="inbound",
        created_at=began_at,
        answered_at=began_at if miss.price else None,
        ended_at=began_at + LASTED,
        outcome=miss.outcome,
        price=miss.price,
    )

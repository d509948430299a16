"""Places calls. A call is planned to its end: its state is read from the clock, and tasks send its messages."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from sandbox.calls.outputs import extract_asked
from sandbox.calls.personas import ANSWERED_BY
from sandbox.calls.script import write_script
from sandbox.calls.webhooks import plan_deliveries, send_ending_now
from sandbox.models import Assistant, Call, PhoneNumber, TwilioCall, now
from sandbox.twilio.accounts import OWN_SID

QUEUED_FOR = timedelta(seconds=1)  # of an outgoing call, before it rings
RINGS_FOR = timedelta(seconds=3)
# The same of a call that a simulated caller answers: a user watches it.
PLAYED_QUEUED_FOR, PLAYED_RINGS_FOR = timedelta(milliseconds=200), timedelta(milliseconds=300)
PLAYED_PACE = 2.0  # times as fast as people speak
RINGS_IN_VAIN_FOR = timedelta(seconds=25)
PRICE_PER_MINUTE = Decimal("0.0100")  # US dollars, of the leg to the telephone
PRICE_OF_VAPI_LEG = Decimal("0.0040")  # US dollars a minute

# Endings of numbers that do not answer, like Twilio's magic numbers: Vapi's ended reason, Twilio's status.
OUTCOMES = {"0000": ("customer-busy", "busy"), "0001": ("customer-did-not-answer", "no-answer")}


@dataclass(frozen=True)
class Caller:
    """The simulated caller: see `sandbox.calls.personas`. Without a language, it speaks the assistant's."""

    persona: str = "appointment"
    length: str = "medium"
    language: str = ""
    pace: float = 1.0  # times as fast as people speak


@transaction.atomic
def place_call(
    *,
    assistant: Assistant,
    kind: str,
    customer: dict[str, Any],
    number: PhoneNumber | None = None,
    caller: Caller = Caller(),
    request: dict[str, Any] | None = None,
    is_over: bool = False,
) -> Call:
    """Plan a call and its messages. `is_over` plans it backwards from now, so that it has just ended."""
    call = Call(
        key=assistant.key,
        kind=kind,
        assistant_id=assistant.id,
        assistant=assistant.body,
        phone_number_id=number.id if number else None,
        request=(request or {}) | {"customer": customer},
    )
    call.twilio_sid = f"CA{call.id.hex}"
    call.twilio_account_sid = account_of(number)
    _plan(call, caller, customer.get("number", ""))
    if is_over:
        _shift(call, now() - call.ended_at)
    call.updated_at = call.created_at
    call.save()
    _bill(call, customer, number)
    plan_deliveries(call, number)
    return call


def _plan(call: Call, caller: Caller, to: str) -> None:
    is_outbound = call.kind == Call.Kind.OUTBOUND
    queued_for, rings_for = (QUEUED_FOR, RINGS_FOR) if is_outbound else (timedelta(), RINGS_FOR)
    if is_outbound and to[-4:] in ANSWERED_BY:
        queued_for, rings_for = PLAYED_QUEUED_FOR, PLAYED_RINGS_FOR
        caller = Caller(ANSWERED_BY[to[-4:]], pace=PLAYED_PACE)
    call.ringing_at = call.created_at + queued_for
    outcome = OUTCOMES.get(to[-4:]) if is_outbound else None
    if outcome:
        call.ended_at, call.ended_reason = call.ringing_at + RINGS_IN_VAIN_FOR, outcome[0]
        return
    call.turns, seconds, call.ended_reason = write_script(
        call.assistant,
        persona=caller.persona,
        length=caller.length,
        language=caller.language,
        seed=str(call.id),
        pace=caller.pace,
    )
    call.extract = extract_asked(call)
    call.started_at = call.ringing_at + rings_for
    call.ended_at = call.started_at + timedelta(seconds=seconds)


def account_of(number: PhoneNumber | None) -> str:
    """The SID of the number's account at Twilio; the published one without a number, or where the sandbox has none."""
    sid = str(number.body.get("twilioAccountSid", "")) if number else ""
    return sid if OWN_SID.fullmatch(sid) else settings.SANDBOX_TWILIO_SID


@transaction.atomic
def hang_up(call: Call) -> None:
    """End a call now, as if the telephone hung up: what was not said yet is never said."""
    moment = now()
    if moment >= call.ended_at:
        return
    spoken_for = (moment - call.started_at).total_seconds() if call.started_at else 0.0
    call.turns = [turn for turn in call.turns if turn["at"] < spoken_for]
    if call.started_at and call.started_at > moment:
        call.started_at = None
    call.ended_at, call.ended_reason, call.updated_at = moment, "customer-ended-call", moment
    call.extract = extract_asked(call)
    call.save(update_fields=["turns", "extract", "started_at", "ended_at", "ended_reason", "updated_at"])
    legs = TwilioCall.objects.filter(Q(sid=call.twilio_sid) | Q(parent_sid=call.twilio_sid))
    legs.update(ended_at=moment, answered_at=call.started_at)
    send_ending_now(call)


def _shift(call: Call, by: timedelta) -> None:
    for name in ("created_at", "ringing_at", "started_at", "ended_at"):
        moment: datetime | None = getattr(call, name)
        if moment is not None:
            setattr(call, name, moment + by)


def _bill(call: Call, customer: dict[str, Any], number: PhoneNumber | None) -> None:
    """Create the two legs that Twilio lists: to the telephone, and to Vapi."""
    ours = number.number if number else settings.SANDBOX_PHONE_NUMBER
    other = customer.get("number", "")
    is_outbound = call.kind == Call.Kind.OUTBOUND
    minutes = Decimal(-(-int(call.seconds) // 60))
    leg = TwilioCall(
        sid=call.twilio_sid,
        account_sid=call.twilio_account_sid,
        from_number=ours if is_outbound else other,
        to_number=other if is_outbound else ours,
        direction="outbound-api" if is_outbound else "inbound",
        created_at=call.created_at,
        answered_at=call.started_at,
        ended_at=call.ended_at,
        outcome=next(
            (twilio for vapi, twilio in OUTCOMES.values() if vapi == call.ended_reason), "completed"
        ),
        price=-PRICE_PER_MINUTE * minutes,
    )
    leg.save()
    leg.pk, leg.parent_sid = f"CA{uuid.uuid5(call.id, 'vapi').hex}", call.twilio_sid
    leg.direction, leg.price = "outbound-dial", -PRICE_OF_VAPI_LEG * minutes
    leg.save(force_insert=True)

"""Calls of the sandbox are here as they are there, whatever its messages meet on the way."""

import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from assistants.services import create_assistant
from assistants.sync.call_summary import VALUES
from assistants.tests.factories import data_of
from calls.costs import twilio
from calls.models import Call, WebhookMessage
from calls.reconciliation import services
from calls.summaries.selectors import find_summary
from connections.models import TwilioConnection, VapiConnection
from connections.phone_number import import_number
from connections.tests.factories import TwilioConnectionFactory
from connections.vapi.client import TEST_CALL_NAME
from sandbox.calls.missed import MISSES, place_missed_call
from sandbox.calls.personas import LENGTHS, PERSONAS
from sandbox.calls.services import Caller, place_call
from sandbox.models import Assistant as RemoteAssistant
from sandbox.models import Call as RemoteCall
from sandbox.models import PhoneNumber, TwilioCall
from sandbox.trouble import switches
from sandbox.vapi.call_shapes import call_body

pytestmark = pytest.mark.django_db

QUICK, MANY = 5, 300
SEEDS = [
    pytest.param(seed, 6) if seed < QUICK else pytest.param(seed, MANY, marks=pytest.mark.prove)
    for seed in range(200)
]


@pytest.fixture
def remote(connected, bakery, sandbox, owner, settings, run_tasks) -> RemoteAssistant:
    """The copy of the bakery's assistant in the sandbox, which answers its number."""
    TwilioConnectionFactory(
        organization=bakery,
        endpoint="sandbox",
        account_sid=settings.SANDBOX_TWILIO_SID,
        auth_token=settings.SANDBOX_TWILIO_TOKEN,
        phone_number=settings.SANDBOX_PHONE_NUMBER,
    )
    import_number.enqueue(str(bakery.pk))
    create_assistant(actor=owner.memberships.select_related("organization").get(), data=data_of())
    run_tasks()
    return RemoteAssistant.objects.get()


@pytest.fixture
def place(remote) -> Callable[..., RemoteCall]:
    def place(**options: Any) -> RemoteCall:
        given: dict[str, Any] = {
            "kind": RemoteCall.Kind.INBOUND,
            "customer": {"number": "+33639981234"},
            "is_over": True,
        }
        return place_call(assistant=remote, number=PhoneNumber.objects.get(), **given | options)

    return place


@pytest.fixture
def pass_time(run_tasks) -> Callable[..., None]:
    """Process what is due by then."""

    def pass_time(*, minutes: float) -> None:
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
            run_tasks()

    return pass_time


def here(call: Call) -> dict[str, Any]:
    summary = find_summary(call)
    return {
        "id": call.vapi_id,
        "type": {"inbound": "inboundPhoneCall", "outbound": "outboundPhoneCall"}[call.kind],
        "status": call.status,
        "assistantId": call.assistant_vapi_id,
        "number": call.customer_number,
        "sid": call.twilio_sid,
        "createdAt": call.created_at,
        "startedAt": call.started_at,
        "endedAt": call.ended_at,
        "endedReason": call.ended_reason,
        "cost": call.costs().get("USD", Decimal()),
        "turns": [(turn.speaker, turn.text, float(turn.at)) for turn in call.turns.all()],
        "subject": call.subject,
        "summary": summary and {name: getattr(summary, name) for name in VALUES},
    }


def there(call: RemoteCall) -> dict[str, Any]:
    body = call_body(call)
    told = {name: body[name] for name in ("id", "type", "status", "assistantId", "endedReason")}
    times = {name: body.get(name) for name in ("createdAt", "startedAt", "endedAt")}
    speakers = {"bot": "assistant", "user": "caller"}
    outputs = [*body["artifact"].get("structuredOutputs", {}).values()]
    summary = outputs[0]["result"] if outputs else None
    if summary:
        summary["callback_number"] = re.sub("^0", "+33", summary["callback_number"])
    return told | {
        "number": body["customer"]["number"],
        "sid": body["transport"]["callSid"],
        **{name: text and datetime.fromisoformat(text) for name, text in times.items()},
        "cost": Decimal(str(body["cost"])),
        "turns": [(speakers[turn["role"]], turn["text"], turn["at"]) for turn in call.turns],
        "subject": summary["subject"] if summary else "",
        "summary": summary,
    }


def assert_equal() -> None:
    """Every call of the sandbox is here once, equal in all fields, and no other."""
    ours = {call.vapi_id: here(call) for call in Call.objects.prefetch_related("turns", "cost_parts")}
    assert Call.objects.count() == len(ours)
    assert ours == {str(call.id): there(call) for call in RemoteCall.objects.all()}


def test_call_shows_while_it_runs_and_is_whole_after_its_end(place, run_tasks):
    seen = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        place(is_over=False)
        for wait in (0, 5, 300):
            clock.shift(timedelta(seconds=wait))
            run_tasks()
            run_tasks()
            seen.append(Call.objects.get().status)
        assert seen == ["ringing", "in-progress", "ended"]
        assert_equal()
    assert Call.objects.get().assistant is not None
    assert set(WebhookMessage.objects.values_list("problem", flat=True)) == {""}


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_kind_of_caller_is_stored_as_the_sandbox_has_it(place, pass_time, persona):
    place(caller=Caller(persona=persona, length="long"))
    pass_time(minutes=1)
    assert_equal()


@pytest.mark.parametrize("number", ["+33639980000", "+33639980001"], ids=["busy", "no-answer"])
def test_call_that_nobody_answers_is_stored_too(place, pass_time, number):
    place(kind=RemoteCall.Kind.OUTBOUND, customer={"number": number})
    pass_time(minutes=1)
    assert_equal()
    assert Call.objects.get().seconds == 0


def test_test_call_of_a_member_is_told_apart(place, pass_time):
    place(kind=RemoteCall.Kind.OUTBOUND, request={"name": TEST_CALL_NAME})
    pass_time(minutes=1)
    assert Call.objects.get().is_test


def test_price_comes_from_both_providers(place, run_tasks):
    call = place()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _minute in range(6):
            clock.shift(timedelta(minutes=1))
            twilio.fetch_prices.call()
            run_tasks()
    priced = Call.objects.get()
    legs = -sum((leg.price for leg in TwilioCall.objects.all()), Decimal())
    assert legs
    assert priced.is_priced
    assert priced.costs() == {"USD": Decimal(str(call_body(call)["cost"])) + legs}
    assert set(priced.cost_parts.values_list("state", flat=True)) == {"final"}


def test_without_messages_calls_come_by_the_sweep(place, pass_time, run_tasks):
    switches.switch_on("webhooks", "drop")
    place()
    pass_time(minutes=1)
    assert not Call.objects.exists()
    services.sweep_all.call()
    run_tasks()
    assert_equal()


def test_caller_whom_no_assistant_gets_is_missed_and_no_one_else(place, settings, run_tasks):
    own = settings.SANDBOX_TWILIO_SID[:18] + "c" * 16  # the shared account lists nobody's calls
    number = PhoneNumber.objects.get()
    number.body["twilioAccountSid"] = own
    number.save()
    long_ago = timezone.now() - timedelta(days=1)
    TwilioConnection.objects.update(account_sid=own, connected_at=long_ago)
    VapiConnection.objects.update(connected_at=long_ago)
    with time_machine.travel(timezone.now() - timedelta(minutes=10), tick=True):
        place_call(
            assistant=RemoteAssistant.objects.get(),
            kind=RemoteCall.Kind.INBOUND,
            customer={"number": "+33639981234"},
            number=number,
            is_over=True,
        )
        place_missed_call(MISSES["hangs-up"], customer="+33639985678", number=number, is_over=True)
    services.sweep_all.call()
    run_tasks()
    calls = Call.objects.values_list("customer_number", "ended_reason", "vapi_id")
    assert ("+33639985678", "twilio-no-answer", "") in calls
    assert len(calls) == 2


def trouble(chance: random.Random) -> None:
    """Lose, double, delay and mix up some of the next messages."""
    for kind in switches.WEBHOOKS:
        if chance.random() < 0.5:
            switches.switch_on("webhooks", kind, times=chance.randint(1, 4), seconds=chance.randint(1, 60))


@pytest.mark.parametrize(("seed", "count"), SEEDS)
def test_after_the_sweep_our_calls_equal_those_of_the_sandbox(
    place, florist, pass_time, run_tasks, seed, count
):
    chance = random.Random(seed)
    for _call in range(count):
        trouble(chance)
        caller = Caller(persona=chance.choice([*PERSONAS]), length=chance.choice([*LENGTHS]))
        kind = chance.choice(RemoteCall.Kind.values)
        number = f"+3363998{chance.randint(0, 9999):04}"
        place(kind=kind, customer={"number": number}, caller=caller, is_over=chance.random() < 0.8)
        if chance.random() < 0.3:
            run_tasks()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _minute in range(30):
            clock.shift(timedelta(minutes=1))
            run_tasks()
        services.sweep_all.call()
        run_tasks()
        assert_equal()
    assert not Call.objects.for_organization(florist).exists()
    assert TwilioConnection.objects.get().number_state == "in_step"

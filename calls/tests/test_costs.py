"""Twilio's price of a call: both legs, asked for until it is known, each currency by itself."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx2
import pytest
import time_machine
from django.utils import timezone

from calls.costs import twilio
from calls.enums import CostState
from calls.models import Call
from calls.tests.factories import CallFactory, CostPartFactory
from calls.tests.messages import SID
from connections.models import TwilioConnection
from connections.tests.factories import TwilioConnectionFactory

pytestmark = pytest.mark.django_db


class FakeTwilio:
    """One call: its `parent` leg and `children`; `status` is that of the answers."""

    def __init__(self) -> None:
        self.parent: dict[str, Any] = leg(SID)
        self.children: list[dict[str, Any]] = [leg("CA" + "1" * 32)]
        self.status = 200
        self.asked = 0

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if self.status != 200:
            return httpx2.Response(self.status, json={"code": 0, "message": "no", "status": self.status})
        if request.url.path.endswith(f"/Calls/{SID}.json"):
            self.asked += 1
            return httpx2.Response(200, json=self.parent)
        assert request.url.params["ParentCallSid"] == SID
        return httpx2.Response(200, json={"calls": self.children})


def leg(sid: str, price: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"sid": sid, "status": "completed", "price": price, "price_unit": "USD"} | fields


@pytest.fixture
def account(bakery, monkeypatch) -> FakeTwilio:
    TwilioConnectionFactory(organization=bakery)
    fake = FakeTwilio()
    client = httpx2.Client(transport=httpx2.MockTransport(fake), trust_env=False)
    monkeypatch.setattr("core.http.client._client", lambda: client)
    return fake


@pytest.fixture
def call(bakery) -> Call:
    """A call that ended a while ago, of which Vapi's part of the cost is known."""
    made = CallFactory(
        organization=bakery, twilio_sid=SID, price_due_at=timezone.now() - timedelta(seconds=1)
    )
    CostPartFactory(call=made, amount="0.2")
    return made


def ask(run_tasks, *, later: timedelta = timedelta()) -> None:
    with time_machine.travel(timezone.now() + later, tick=True):
        twilio.fetch_prices.call()
        run_tasks()


def costs_of(call: Call) -> dict[str, tuple[Decimal, str]]:
    parts = call.cost_parts.filter(provider="twilio")
    return {part: (amount, state) for part, amount, state in parts.values_list("part", "amount", "state")}


def test_legs_are_added_to_what_vapi_charges(account, call, run_tasks):
    account.parent = leg(SID, "-0.0085")
    account.children = [leg("CA" + "1" * 32, "-0.004"), leg("CA" + "2" * 32, "-0.002")]
    ask(run_tasks)
    assert costs_of(call) == {
        "parent_leg": (Decimal("0.0085"), CostState.FINAL),
        "child_legs": (Decimal("0.006"), CostState.FINAL),
    }
    call.refresh_from_db()
    assert (call.costs(), call.is_priced) == ({"USD": Decimal("0.2145")}, True)
    ask(run_tasks, later=timedelta(days=1))
    assert account.asked == 1


def test_price_that_is_not_known_yet_is_asked_for_again(account, call, run_tasks):
    account.parent = leg(SID, "-0.0085")
    ask(run_tasks)
    call.refresh_from_db()
    assert costs_of(call)["child_legs"] == (Decimal(), CostState.PARTIAL)
    assert (call.price_attempts, call.is_priced) == (1, False)
    ask(run_tasks)
    assert account.asked == 1  # not yet
    account.children = [leg("CA" + "1" * 32, "-0.004")]
    ask(run_tasks, later=timedelta(minutes=3))
    call.refresh_from_db()
    assert (costs_of(call)["child_legs"], call.is_priced) == ((Decimal("0.004"), CostState.FINAL), True)


def test_waits_grow(account, call, run_tasks):
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _attempt in range(10):
            twilio.fetch_prices.call()
            run_tasks()
            due_at = Call.objects.get().price_due_at
            assert due_at
            waits.append(due_at - timezone.now())
            clock.move_to(due_at)
    assert waits[:3] == [timedelta(minutes=minutes) for minutes in (2, 4, 8)]
    assert (waits == sorted(waits), waits[-1]) == (True, timedelta(hours=6))


@pytest.mark.parametrize("status", [200, 500], ids=["no-price", "down"])
def test_price_that_never_comes_is_given_up(account, call, run_tasks, status):
    account.status = status
    Call.objects.update(price_attempts=twilio.MAX_ATTEMPTS - 1)
    ask(run_tasks)
    call.refresh_from_db()
    assert call.price_due_at is None
    assert {state for _amount, state in costs_of(call).values()} <= {CostState.PARTIAL}


def test_twilio_that_is_down_is_asked_again(account, call, run_tasks):
    account.status = 503
    ask(run_tasks)
    account.status, account.parent, account.children = 200, leg(SID, "-0.01"), []
    ask(run_tasks, later=timedelta(minutes=3))
    assert costs_of(call) == {"parent_leg": (Decimal("0.01"), CostState.FINAL)}


def test_call_of_another_account_has_no_price(account, call, run_tasks):
    account.status = 404
    ask(run_tasks)
    call.refresh_from_db()
    assert (call.is_priced, call.costs()) == (True, {"USD": Decimal("0.2")})


def test_without_twilio_nothing_is_asked(account, call, run_tasks):
    TwilioConnection.objects.all().delete()
    ask(run_tasks)
    call.refresh_from_db()
    assert (call.is_priced, account.asked) == (True, 0)


def test_unanswered_leg_costs_nothing(account, call, run_tasks):
    account.parent, account.children = leg(SID, status="busy"), []
    ask(run_tasks)
    assert costs_of(call) == {"parent_leg": (Decimal(), CostState.FINAL)}


def test_currencies_are_never_added(account, call, run_tasks):
    account.parent = leg(SID, "-0.01", price_unit="EUR")
    account.children = [leg("CA" + "1" * 32, "-0.02")]
    ask(run_tasks)
    assert call.costs() == {"USD": Decimal("0.22"), "EUR": Decimal("0.01")}


def test_asking_twice_stores_the_price_once(account, call, run_tasks):
    account.parent, account.children = leg(SID, "-0.01"), []
    twilio.fetch_prices.call()
    twilio.fetch_price.enqueue(str(call.id))
    run_tasks()
    assert call.costs() == {"USD": Decimal("0.21")}

"""What Twilio will probably bill: from the calls before, until its price comes; and the sums that are kept."""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from calls.costs import twilio
from calls.costs.models import CallTotal
from calls.costs.services import refresh_costs
from calls.enums import CostState, Part
from calls.models import Call, CostPart
from calls.tests.factories import CallFactory, CostPartFactory
from calls.tests.messages import SID, report, status_update
from calls.tests.test_costs import account, ask, leg  # noqa: F401 - a fixture
from calls.tests.test_progress import learn
from connections.models import TwilioConnection
from connections.tests.factories import TwilioConnectionFactory
from connections.twilio.answers import Leg
from organizations.models import Organization
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db

QUICK = 5
SEEDS = [pytest.param(seed, marks=[] if seed < QUICK else pytest.mark.prove) for seed in range(200)]


def priced(organization: Organization, amount: str, *, seconds: int = 60, **fields: Any) -> Call:
    """A call with a final price of Twilio, in two legs."""
    currency, state = fields.pop("currency", "USD"), fields.pop("state", CostState.FINAL)
    call = CallFactory(organization=organization, seconds=seconds, **fields)
    parent = Decimal(amount) * 2 / 3
    for part, part_of in (
        (Part.PARENT_LEG, round(parent, 6)),
        (Part.CHILD_LEGS, Decimal(amount) - round(parent, 6)),
    ):
        CostPartFactory(
            call=call, provider="twilio", part=part, amount=part_of, currency=currency, state=state
        )
    return call


def ended(organization: Organization, **fields: Any) -> Call:
    """A call of 90 seconds whose price is to come."""
    given = {"seconds": 90, "twilio_sid": SID, "price_due_at": timezone.now() - timedelta(seconds=1)}
    call = CallFactory(organization=organization, **given | fields)
    refresh_costs(call)
    return call


def estimate_of(call: Call) -> list[tuple[str, Decimal, str]]:
    parts = call.cost_parts.filter(state=CostState.ESTIMATED)
    return list(parts.values_list("part", "amount", "currency"))


def test_average_of_like_calls_by_the_minutes_begun(bakery):
    priced(bakery, "0.02", seconds=61)  # two minutes
    priced(bakery, "0.04", seconds=60)
    priced(bakery, "9", kind="outbound")
    priced(bakery, "9", state=CostState.PARTIAL)
    priced(bakery, "9", price_due_at=timezone.now())
    priced(bakery, "9", seconds=0)
    priced(OrganizationFactory(), "9")
    call = ended(bakery)
    assert estimate_of(call) == [
        ("parent_leg", Decimal("0.04"), "USD")
    ]  # 0.06 for three minutes, so 0.02 for each
    assert call.totals.get().amount == Decimal("0.04")


def test_newest_twenty_of_the_newest_currency_count(bakery):
    now = timezone.now()
    for back in range(25):
        priced(bakery, "0.01" if back < 21 else "5", created_at=now - timedelta(hours=back + 1))
    assert estimate_of(ended(bakery))[0][1] == Decimal("0.02")
    priced(bakery, "0.5", currency="EUR", created_at=now)
    assert estimate_of(ended(bakery)) == [("parent_leg", Decimal("1"), "EUR")]


@pytest.mark.parametrize("fields", [{"price_due_at": None}, {"seconds": 0}], ids=["no-phone", "unanswered"])
def test_what_twilio_bills_nothing_for_is_not_estimated(bakery, fields):
    priced(bakery, "0.02")
    assert estimate_of(ended(bakery, **fields)) == []


def test_first_call_has_no_estimate(bakery):
    assert estimate_of(ended(bakery)) == []


def test_price_takes_the_place_of_the_estimate_when_it_comes(account, bakery, run_tasks):  # noqa: F811
    priced(bakery, "0.02")
    call = ended(bakery)
    ask(run_tasks)  # no price yet
    assert estimate_of(call)
    account.parent, account.children = leg(SID, "-0.0085"), [leg("CA" + "1" * 32, "-0.002")]
    ask(run_tasks, later=timedelta(minutes=3))
    assert call.costs() == {"USD": Decimal("0.0105")}
    assert (estimate_of(call), call.totals.get().amount) == ([], Decimal("0.0105"))


@pytest.mark.parametrize("end", ["gone", "given-up", "disconnected"])
def test_estimate_goes_with_the_hope_for_a_price(account, bakery, run_tasks, end):  # noqa: F811
    priced(bakery, "0.02")
    call = ended(bakery)
    if end == "disconnected":
        TwilioConnection.objects.all().delete()
    else:
        account.status = 404 if end == "gone" else 500
        Call.objects.filter(pk=call.pk).update(price_attempts=twilio.MAX_ATTEMPTS - 1)
    ask(run_tasks)
    assert (call.costs(), call.totals.exists()) == ({}, False)


@pytest.mark.parametrize("seed", SEEDS)
def test_reports_and_prices_in_any_order_end_in_the_same_costs(bakery, florist, seed):
    """And at each moment the kept sums are those of the parts."""
    chance = random.Random(seed)
    halves = [[leg_of("-0.01"), leg_of(None)], [leg_of("-0.01"), leg_of("-0.004")]]
    acts: list[Any] = [
        status_update("ended", 44.5),
        report(45),
        report(45),
        [leg_of(None), leg_of(None)],
        halves[0],
    ]
    expected = [report(45), halves[1]]
    chance.shuffle(acts)
    for organization, course in (
        (bakery, expected),
        (florist, [*acts, halves[1], *chance.sample(acts[:3], 2)]),
    ):
        TwilioConnectionFactory(organization=organization)
        priced(organization, "0.02")
        for act in course:
            perform(organization, act)
            assert_sums_are_kept(organization)
    ours, theirs = (costs_of(organization) for organization in (bakery, florist))
    if report(45) in acts:
        assert ours == theirs


def leg_of(price: str | None) -> Leg:
    return Leg(SID, "completed", None if price is None else -Decimal(price), "USD")


def perform(organization: Organization, act: Any) -> None:
    """Learn what Vapi tells, or store what Twilio answers."""
    if isinstance(act, dict):
        learn(organization, act)
        return
    call = Call.objects.filter(organization=organization, twilio_sid=SID).first()
    if call is not None and call.price_due_at is not None:
        Call.objects.filter(pk=call.pk).update(price_attempts=call.price_attempts + 1)
        twilio._store(call, [(Part.PARENT_LEG, act[0]), (Part.CHILD_LEGS, act[1])])


def costs_of(organization: Organization) -> Any:
    call = Call.objects.get(organization=organization, twilio_sid=SID)
    return list(call.cost_parts.values_list("provider", "part", "amount", "currency", "state"))


def assert_sums_are_kept(organization: Organization) -> None:
    for call in Call.objects.filter(organization=organization, twilio_sid=SID):
        assert call.costs() == dict(call.totals.values_list("currency", "amount"))
        assert set(call.totals.values_list("organization", flat=True)) <= {organization.pk}
    assert CallTotal.objects.count() <= CostPart.objects.count()


# What users see of it


def test_pages_and_file_say_about(as_user, owner, bakery):
    priced(bakery, "0.02")
    call = ended(bakery)
    CostPartFactory(call=call, amount=Decimal("0.25"))
    refresh_costs(call)
    client = as_user(owner)
    row = client.get("/fr/o/bakery/calls").content.decode()
    assert "≈" in row
    assert "environ" in row
    assert "0,29\u00a0$" in row
    assert "et un reste pas encore connu" not in row
    page = client.get(f"/fr/o/bakery/calls/{call.id}").content.decode()
    for text in ("≈", "0,2900\u00a0$", "0,0400\u00a0$", "estimé", "estimée d’après vos appels précédents"):
        assert text in page
    assert "בערך" in client.get("/he/o/bakery/calls").content.decode()
    lines = b"".join(client.get("/fr/o/bakery/calls.csv")).decode().splitlines()
    assert "Coût Twilio estimé" in lines[0]
    assert [("≈ environ" in line, "0,040000" in line) for line in lines[1:]].count((True, True)) == 1

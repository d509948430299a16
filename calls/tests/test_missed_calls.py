"""Calls that Twilio lists and no assistant had become missed calls: once, and only those."""

import random
from datetime import timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import httpx2
import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.tests.test_redeem_race import race
from assistants.tests.factories import AssistantFactory
from calls.costs import twilio as prices
from calls.erasure.services import erase_call
from calls.models import Call, Erasure, Sweep
from calls.progress.facts import Facts, read_message
from calls.progress.services import apply_facts
from calls.reconciliation import services
from calls.reconciliation.missed_calls import add_missed
from calls.signals import call_changed
from calls.tests.factories import CallFactory
from calls.tests.messages import ASSISTANT_ID, BEGIN, SID, report, status_update
from calls.tests.test_progress import learn, row_of
from connections.models import TwilioConnection, VapiConnection
from connections.tests.factories import TwilioConnectionFactory
from connections.twilio import call_log
from connections.twilio.answers import LoggedCall
from organizations.models import Membership
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db

NOW = BEGIN + timedelta(hours=1)
NUMBER, CALLER = "+33180000000", "+33612345678"


class FakeProviders:
    """Vapi's empty list, and Twilio's log of `calls`, `page_size` a page."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.page_size = 50
        self.queries: list[dict[str, str]] = []
        self.vapi_status = self.twilio_status = 200

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if "/twilio/" not in request.url.path and "twilio.com" not in request.url.host:
            return httpx2.Response(self.vapi_status, json=[])
        if self.twilio_status != 200:
            return httpx2.Response(
                self.twilio_status, json={"code": 0, "message": "no", "status": self.twilio_status}
            )
        query = dict(request.url.params)
        if "ParentCallSid" in query:
            return httpx2.Response(200, json={"calls": []})
        if not request.url.path.endswith("/Calls.json"):
            sid = request.url.path.rpartition("/")[2].removesuffix(".json")
            return httpx2.Response(200, json=next(call for call in self.calls if call["sid"] == sid))
        self.queries.append(query)
        page = int(query.get("Page", 0))
        rest = self.calls[page * self.page_size :]
        following = (
            f"https://evil.example/x?Page={page + 1}&PageToken=PA{page}&To=%2B1"
            if rest[self.page_size :]
            else None
        )
        return httpx2.Response(200, json={"calls": rest[: self.page_size], "next_page_uri": following})


def rung(
    sid: str = SID, *, at: float = 0, lasts: float = 4, caller: str = CALLER, **fields: Any
) -> dict[str, Any]:
    """A call as Twilio lists it, so many seconds after BEGIN."""
    begin = BEGIN + timedelta(seconds=at)
    return {
        "sid": sid,
        "parent_call_sid": None,
        "direction": "inbound",
        "status": "no-answer",
        "from": caller,
        "to": NUMBER,
        "start_time": format_datetime(begin),
        "end_time": format_datetime(begin + timedelta(seconds=lasts)),
        "price": None,
        "price_unit": "USD",
    } | fields


def logged(**fields: Any) -> LoggedCall:
    given: dict[str, Any] = {
        "sid": SID,
        "parent_sid": "",
        "direction": "inbound",
        "status": "no-answer",
        "from_number": CALLER,
        "to_number": NUMBER,
        "began_at": BEGIN,
        "ended_at": BEGIN + timedelta(seconds=4),
    }
    return LoggedCall(**given | fields)


def told(body: dict[str, Any]) -> Facts:
    facts = read_message(body["message"])
    assert facts
    return facts


@pytest.fixture
def providers(connected, bakery, monkeypatch) -> FakeProviders:
    fake = FakeProviders()
    client = httpx2.Client(transport=httpx2.MockTransport(fake), trust_env=False)
    monkeypatch.setattr("core.http.client._client", lambda: client)
    long_ago = BEGIN - timedelta(days=1)
    TwilioConnectionFactory(
        organization=bakery,
        phone_number=NUMBER,
        vapi_number_id="number-1",
        number_state="in_step",
        connected_at=long_ago,
    )
    VapiConnection.objects.update(connected_at=long_ago)
    Sweep.objects.create(organization=bakery, number_id="number-1", number_since=long_ago)
    AssistantFactory(organization=bakery, vapi_id=ASSISTANT_ID)
    return fake


@pytest.fixture
def sweep(run_tasks):
    def sweep(at=NOW) -> None:
        with time_machine.travel(at, tick=True):
            services.sweep_all.call()
            run_tasks()

    return sweep


def test_call_that_no_assistant_had_is_missed_and_shown_so(providers, sweep, bakery, as_user, viewer):
    changed: list[Call] = []
    listen = lambda call, **_kwargs: changed.append(call)  # noqa: E731
    call_changed.connect(listen)
    providers.calls = [rung()]
    sweep()
    call_changed.disconnect(listen)
    call = Call.objects.get()
    assert changed == [call]
    assert (call.organization, call.vapi_id, call.twilio_sid, call.kind) == (bakery, "", SID, "inbound")
    assert (call.customer_number, call.our_number, call.status) == (CALLER, NUMBER, "ended")
    assert (call.created_at, call.ended_at, call.started_at) == (BEGIN, BEGIN + timedelta(seconds=4), None)
    state = Sweep.objects.get()
    assert state.twilio_complete_until
    assert (state.missed, state.twilio_complete_until >= NOW) == (1, True)
    client = as_user(viewer)
    rows = client.get("/fr/o/bakery/calls?ending=missed").content.decode()
    assert "Manqué" in rows
    page = client.get(f"/fr/o/bakery/calls/{call.id}").content.decode()
    assert "Selon Twilio" in page
    assert "twilio-no-answer" not in page
    assert "data-poll" not in page  # nothing more is to come of it
    sweep(NOW + timedelta(minutes=5))
    assert Call.objects.get() == call


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("no-answer", "avant qu’on ne décroche"),
        ("completed", "Personne n’a répondu"),
        ("failed", "Personne n’a répondu"),
    ],
)
def test_explanation_tells_a_caller_who_gave_up_from_a_line_that_failed(
    bakery, as_user, viewer, status, words
):
    add_missed(bakery, logged(status=status))
    page = as_user(viewer).get(f"/fr/o/bakery/calls/{Call.objects.get().id}").content.decode()
    assert words in page


@pytest.mark.parametrize(
    "other",
    [
        {"direction": "outbound-api"},
        {"direction": "outbound-dial", "parent_call_sid": "CA" + "9" * 32},
        {"parent_call_sid": "CA" + "9" * 32},
        {"to": "+33180000001"},
        {"status": "in-progress", "end_time": None},
        {"status": "ringing", "end_time": None},
        {"start_time": None, "date_created": "no date"},
    ],
    ids=["test-call", "dialled", "child", "another-number", "talking", "ringing", "undated"],
)
def test_what_is_no_missed_call(providers, sweep, other):
    providers.calls = [rung(**other)]
    sweep()
    assert (Call.objects.exists(), Sweep.objects.get().twilio_problem) == (False, "")


def test_withheld_number_is_no_number(providers, sweep):
    providers.calls = [
        rung(),
        rung("CA" + "1" * 32, caller="anonymous"),
        rung("CA" + "2" * 32, caller="+266696687"),
    ]
    sweep()
    assert sorted(Call.objects.values_list("customer_number", flat=True)) == ["", "", CALLER]


def test_call_of_vapi_is_not_missed(providers, sweep, bakery):
    CallFactory(organization=bakery, twilio_sid=SID)
    CallFactory(organization=OrganizationFactory(), twilio_sid="CA" + "1" * 32)
    providers.calls = [rung(), rung("CA" + "1" * 32)]
    sweep()
    assert (
        Call.objects.missed().values_list("twilio_sid", flat=True).get() == "CA" + "1" * 32
    )  # another tenant's


def test_vapi_is_asked_first_unless_it_fails_for_an_hour(providers, sweep):
    providers.calls = [rung(lasts=60)]
    sweep(BEGIN + timedelta(minutes=2))  # a minute after its end
    assert not Call.objects.exists()
    providers.vapi_status = 503
    sweep(BEGIN + timedelta(minutes=30))
    assert not Call.objects.exists()
    sweep(BEGIN + timedelta(minutes=62))
    assert Call.objects.get().vapi_id == ""


def test_twilio_that_fails_holds_up_nothing_and_is_shown(providers, sweep, as_user, staff):
    providers.calls, providers.twilio_status = [rung()], 503
    sweep()
    state = Sweep.objects.get()
    assert state.complete_until
    assert (state.problem, state.complete_until >= NOW, state.twilio_problem) == ("", True, "down")
    assert "down" in as_user(staff).get("/admin/calls/sweep/").content.decode()
    providers.twilio_status = 200
    sweep(NOW + timedelta(minutes=5))
    assert (Call.objects.get().twilio_sid, Sweep.objects.get().twilio_problem) == (SID, "")


def test_list_is_read_page_by_page_from_the_last_time_on(providers, sweep):
    providers.calls = [rung(f"CA{number:032x}", at=number) for number in range(5)]
    providers.page_size = 2
    sweep()
    assert Call.objects.count() == 5
    first, second, third = providers.queries
    assert (first["To"], first["StartTime>"]) == (NUMBER, "2026-11-19")
    assert (second["To"], second["Page"], second["PageToken"], third["Page"]) == (NUMBER, "1", "PA0", "2")
    sweep(NOW + timedelta(hours=20))
    assert providers.queries[3]["StartTime>"] == "2026-11-20"


def test_pages_without_an_end_are_given_up(providers, sweep, monkeypatch):
    monkeypatch.setattr(call_log, "MOST_PAGES", 3)
    providers.calls, providers.page_size = [rung(f"CA{number:032x}") for number in range(9)], 1
    sweep()
    assert (Sweep.objects.get().twilio_problem, Call.objects.count()) == ("unreadable_answer", 0)


def test_calls_before_the_number_was_connected_are_others(providers, sweep):
    TwilioConnection.objects.update(vapi_number_id="number-2")  # another number than the sweeps knew
    providers.calls = [rung(), rung("CA" + "1" * 32, at=-2 * 3600)]
    sweep(BEGIN + timedelta(minutes=20))
    assert Call.objects.get().twilio_sid == SID
    TwilioConnection.objects.update(vapi_number_id="", number_state="pending")
    providers.queries.clear()
    sweep(NOW)
    assert providers.queries == []


def test_missed_call_that_was_answered_by_twilio_has_a_price(providers, sweep, run_tasks):
    providers.calls = [rung(status="completed", price="-0.0085")]
    sweep()
    prices.fetch_prices.call()
    run_tasks()
    call = Call.objects.get()
    assert (call.costs(), call.is_priced) == ({"USD": Decimal("0.0085")}, True)
    assert call.totals.get().amount == Decimal("0.0085")


# Vapi may tell of it after all


QUICK = 5
SEEDS = [pytest.param(seed, marks=[] if seed < QUICK else pytest.mark.prove) for seed in range(200)]


@pytest.mark.parametrize("seed", SEEDS)
def test_vapis_call_takes_the_row_over_in_any_order(bakery, florist, seed):
    chance = random.Random(seed)
    told_of = [status_update("ringing", 1), status_update("in-progress", 3), report(45), report(45)]
    for each in told_of:
        learn(bakery, each)
    acts: list[Any] = [*told_of, logged(), logged(status="completed")]
    chance.shuffle(acts)
    for act in acts:
        if isinstance(act, LoggedCall):
            add_missed(florist, act)
        else:
            learn(florist, act)
    assert Call.objects.for_organization(florist).count() == 1
    assert row_of(florist) == row_of(bakery)


def test_page_of_a_missed_call_becomes_that_of_vapis(bakery):
    add_missed(bakery, logged(status="completed"))
    missed = Call.objects.get()
    apply_facts(bakery, told(report()))
    assert Call.objects.get().pk == missed.pk


def test_row_goes_where_the_call_has_its_own(bakery):
    told_without_sid = status_update("ringing", 1)
    told_without_sid["message"]["call"] |= {"transport": {}, "phoneCallProviderId": None}
    learn(bakery, told_without_sid)
    add_missed(bakery, logged())
    assert Call.objects.count() == 2
    learn(bakery, report())
    assert Call.objects.get().vapi_id


def test_one_that_was_erased_stays_erased_at_vapi_too(bakery, florist, admin):
    for organization in (bakery, florist):
        add_missed(organization, logged())
    erase_call(
        actor=Membership.objects.get(user=admin), call_id=Call.objects.for_organization(bakery).get().pk
    )
    for body in (status_update("ringing", 1), report(45), report(46)):
        learn(bakery, body)
    assert Call.objects.get().organization == florist
    erasure = Erasure.objects.due().get()
    assert (erasure.twilio_sid, erasure.vapi_id) == (SID, told(report()).vapi_id)


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_both_at_once_make_one_row(bakery, round_):
    facts = [told(report()), told(status_update("ringing", 1))]
    race(
        *(lambda each=each: apply_facts(bakery, each) for each in facts),
        *(lambda: add_missed(bakery, logged()) for _thread in range(3)),
        lambda: apply_facts(bakery, facts[0]),
    )
    assert Call.objects.get().is_reported


def test_database_refuses_a_second_row_and_one_without_ids(bakery):
    for fields in ({"vapi_id": "", "twilio_sid": ""}, {"vapi_id": "one"}, {"vapi_id": "", "twilio_sid": SID}):
        if fields.get("twilio_sid") != "":
            CallFactory(organization=bakery, **fields)
        with pytest.raises(IntegrityError), transaction.atomic():
            CallFactory(organization=bakery, **fields)

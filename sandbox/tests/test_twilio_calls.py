from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings

from core.tests.contract import holds
from sandbox.calls.services import place_call
from sandbox.models import Assistant, Call
from sandbox.twilio.accounts import SILENT_NUMBER, SUSPENDED_SID

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 8, 14, 12, tzinfo=UTC)
ASK = {
    "To": "+33639981234",
    "From": settings.SANDBOX_PHONE_NUMBER,
    "Twiml": "<Response><Say>Bonjour</Say></Response>",
}


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_call_is_placed_runs_and_is_priced_late(twilio, clock):
    made = twilio("POST", "/Calls.json", ASK)
    assert made.status_code == 201
    sid, seen = made.json()["sid"], []
    for seconds in (0, 1, 4, 30, 200):
        clock.move_to(NOON + timedelta(seconds=seconds))
        body = twilio("GET", f"/Calls/{sid}.json").json()
        assert holds("twilio", "api.v2010.account.call", body)
        seen.append((body["status"], body["duration"], body["price"]))
    assert seen == [
        ("queued", None, None),
        ("ringing", None, None),
        ("in-progress", None, None),
        ("completed", "20", None),
        ("completed", "20", "-0.01000"),
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": "x"}, 21211),
        ({"From": "+33612345678"}, 21210),
        ({"From": SILENT_NUMBER}, 21210),
        ({"Twiml": ""}, 21205),
    ],
    ids=["to", "stranger", "silent", "nothing"],
)
def test_wrong_call_is_refused(twilio, change, code):
    answer = twilio("POST", "/Calls.json", ASK | change)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_suspended_account_places_none(twilio):
    assert twilio("POST", "/Calls.json", ASK, sid=SUSPENDED_SID).json()["code"] == 20005


def test_unknown_call_is_not_there(twilio):
    answer = twilio("GET", f"/Calls/CA{'1' * 32}.json")
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


@pytest.fixture
def call(assistant, clock):
    return place_call(
        assistant=Assistant.objects.get(id=assistant["id"]),
        kind=Call.Kind.INBOUND,
        customer={"number": "+33639981234"},
        is_over=True,
    )


def test_call_of_vapi_has_two_legs_with_a_price_each(twilio, call, clock):
    clock.shift(timedelta(minutes=3))
    leg = twilio("GET", f"/Calls/{call.twilio_sid}.json").json()
    children = twilio("GET", f"/Calls.json?ParentCallSid={call.twilio_sid}").json()["calls"]
    assert (leg["from"], leg["to"]) == ("+33639981234", settings.SANDBOX_PHONE_NUMBER)
    assert [child["parent_call_sid"] for child in children] == [call.twilio_sid]
    for body in (leg, *children):
        assert holds("twilio", "api.v2010.account.call", body)
        assert (float(body["price"]) < 0, body["price_unit"]) == (True, "USD")


def test_calls_of_others_are_not_listed(twilio, call):
    """The account is shared: a user must not see the numbers that others typed."""
    assert twilio("GET", "/Calls.json").json()["calls"] == []


def test_usage_adds_up_the_day(twilio, call, clock):
    clock.shift(timedelta(minutes=3))
    legs = [
        twilio("GET", f"/Calls/{call.twilio_sid}.json").json(),
        *twilio("GET", f"/Calls.json?ParentCallSid={call.twilio_sid}").json()["calls"],
    ]
    path = "/Usage/Records/Daily.json?StartDate=2026-08-13&EndDate=2026-08-14"
    today, yesterday = twilio("GET", f"{path}&Category=totalprice").json()["usage_records"]
    assert (today["start_date"], yesterday["price"]) == ("2026-08-14", 0)
    assert today["price"] == pytest.approx(-sum(float(leg["price"]) for leg in legs))
    assert holds("twilio", "api.v2010.account.usage.usage_record.usage_record_daily", today)
    assert [
        twilio("GET", f"{path}&Category={category}").json()["usage_records"][0]["count"]
        for category in ("calls-inbound", "calls-outbound")
    ] == ["1", "1"]


@pytest.mark.parametrize(
    "query", ["StartDate=x", "EndDate=2026-13-01", "Category=gold", "EndDate=9999-12-31"]
)
def test_unreadable_question_is_refused(twilio, query):
    assert twilio("GET", f"/Usage/Records/Daily.json?{query}").status_code == 400


def test_call_of_its_own_is_hung_up(twilio, clock):
    sid = twilio("POST", "/Calls.json", ASK).json()["sid"]
    clock.shift(timedelta(seconds=5))
    assert twilio("POST", f"/Calls/{sid}.json", {"Status": "busy"}).status_code == 400
    assert twilio("POST", f"/Calls/{sid}.json", {"Status": "completed"}).json()["status"] == "completed"
    assert twilio("POST", f"/Calls/CA{'0' * 32}.json", {"Status": "completed"}).status_code == 404

"""The list of an account's calls: filters, pages, and nothing of other accounts."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.conf import settings

from core.tests.contract import holds
from sandbox.models import TwilioCall

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 8, 14, 12, tzinfo=UTC)
OWN = settings.SANDBOX_TWILIO_SID[:18] + "a" * 16
OTHER = settings.SANDBOX_TWILIO_SID[:18] + "b" * 16
NUMBER = settings.SANDBOX_PHONE_NUMBER


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def leg(
    number: int, *, account: str = OWN, ago: timedelta = timedelta(hours=1), **fields: object
) -> TwilioCall:
    given = {
        "sid": f"CA{number:032x}",
        "account_sid": account,
        "from_number": "+33639981234",
        "to_number": NUMBER,
        "direction": "inbound",
        "created_at": NOON - ago,
        "ended_at": NOON - ago + timedelta(seconds=5),
        "outcome": "no-answer",
        "price": 0,
    }
    return TwilioCall.objects.create(**given | fields)


def sids(twilio, query: str = "", sid: str = OWN) -> list[int]:
    answer = twilio("GET", f"/Calls.json{query}", sid=sid)
    assert answer.status_code == 200, answer.content
    return [int(call["sid"][2:], 16) for call in answer.json()["calls"]]


def test_only_the_accounts_own_calls_are_listed_newest_first(twilio, clock):
    leg(1, ago=timedelta(hours=2))
    leg(2)
    leg(3, account=OTHER)
    leg(4, account=settings.SANDBOX_TWILIO_SID)
    assert sids(twilio) == [2, 1]
    assert sids(twilio, sid=OTHER) == [3]
    assert sids(twilio, f"?To={quote(NUMBER)}", sid=settings.SANDBOX_TWILIO_SID) == []
    body = twilio("GET", "/Calls.json", sid=OWN).json()["calls"][0]
    assert holds("twilio", "api.v2010.account.call", body)
    assert (body["status"], body["duration"], body["direction"]) == ("no-answer", "0", "inbound")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"?To={quote(NUMBER)}", [3, 2, 1]),
        ("?From=%2B33639980000", [4]),
        ("?StartTime%3E=2026-08-14", [4, 3]),
        ("?StartTime%3C=2026-08-13", [1]),
        ("?StartTime=2026-08-13", [2]),
        ("?Status=no-answer", [2, 1]),
        ("?Status=in-progress", [3]),
        ("?Status=ringing", [4]),
    ],
)
def test_filters(twilio, clock, query, found):
    leg(1, ago=timedelta(days=2))
    leg(2, ago=timedelta(days=1))
    leg(3, answered_at=NOON - timedelta(minutes=50), ended_at=NOON + timedelta(minutes=1))
    leg(
        4,
        ago=timedelta(seconds=5),
        from_number="+33639980000",
        to_number="+33639981111",
        ended_at=NOON + timedelta(minutes=1),
    )
    assert sids(twilio, query) == found


def test_pages_follow_each_other_to_the_end_with_their_filters(twilio, clock):
    for number in range(5):
        leg(number, ago=timedelta(hours=number))
    leg(9, to_number="+33639981111")
    seen, address = [], f"/Calls.json?PageSize=2&To={quote(NUMBER)}"
    while address:
        page = twilio("GET", address, sid=OWN).json()
        seen.append([int(call["sid"][2:], 16) for call in page["calls"]])
        address = (page["next_page_uri"] or "").partition(OWN)[2]
    assert seen == [[0, 1], [2, 3], [4]]


@pytest.mark.parametrize(
    "query", ["PageSize=x", "Page=-1", "StartTime=x", "StartTime%3E=2026-13-01", "Status=lost"]
)
def test_unreadable_question_is_refused(twilio, query):
    assert twilio("GET", f"/Calls.json?{query}", sid=OWN).status_code == 400

import base64

import pytest
from django.conf import settings
from django.test import Client

from core.tests.contract import holds
from sandbox.twilio.accounts import (
    API_KEY_SECRET,
    API_KEY_SID,
    CLOSED_SID,
    SILENT_NUMBER,
    SUSPENDED_SID,
    TEST_CREDENTIALS_SID,
)

pytestmark = pytest.mark.django_db

SID = settings.SANDBOX_TWILIO_SID
ADDRESS = f"/sandbox/twilio/2010-04-01/Accounts/{SID}.json"


def test_account_is_shown_to_clients_with_its_token(twilio):
    answer = twilio("GET", ".json")
    assert (answer.status_code, answer.json()["status"], answer.json()["type"]) == (200, "active", "Full")
    assert holds("twilio", "api.v2010.account", answer.json())


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic eA==", "Basic ???", "Basic /w==", "Bearer x", "Basic QUM6eA=="]
)
def test_wrong_login_hears_what_the_provider_says(client, header):
    answer = client.get(ADDRESS, headers={"Authorization": header})
    assert (answer.status_code, answer.json()) == (
        401,
        {
            "code": 20003,
            "message": "Authenticate",
            "more_info": "https://www.twilio.com/docs/errors/20003",
            "status": 401,
        },
    )


def test_token_opens_its_own_account_only(twilio):
    assert twilio("GET", ".json", token="wrong").status_code == 401
    assert twilio("GET", ".json", sid="AC" + "1" * 32).status_code == 401
    login = (
        "Basic " + __import__("base64").b64encode(f"{SID}:{settings.SANDBOX_TWILIO_TOKEN}".encode()).decode()
    )
    other = ADDRESS.replace(SID, SUSPENDED_SID)
    assert Client().get(other, headers={"Authorization": login}).status_code == 401


def test_test_credentials_are_told_so(twilio):
    answer = twilio("GET", ".json", sid=TEST_CREDENTIALS_SID)
    assert (answer.status_code, answer.json()["code"]) == (403, 20008)


@pytest.mark.parametrize(("sid", "status"), [(SUSPENDED_SID, "suspended"), (CLOSED_SID, "closed")])
def test_account_that_is_not_active_says_so_and_does_nothing(twilio, sid, status):
    assert twilio("GET", ".json", sid=sid).json()["status"] == status
    answer = twilio("GET", "/IncomingPhoneNumbers.json", sid=sid)
    assert (answer.status_code, answer.json()["code"]) == (403, 20005)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", [settings.SANDBOX_PHONE_NUMBER, SILENT_NUMBER]),
        ("%2B33939035501", [settings.SANDBOX_PHONE_NUMBER]),
        ("+33939035501", [settings.SANDBOX_PHONE_NUMBER]),
        ("%2B339390355", [settings.SANDBOX_PHONE_NUMBER, SILENT_NUMBER]),
        ("5502", [SILENT_NUMBER]),
        ("%2B33612345678", []),
    ],
    ids=["all", "exact", "unescaped", "start", "end", "none"],
)
def test_numbers_match_in_any_part(twilio, asked, found):
    rows = twilio("GET", f"/IncomingPhoneNumbers.json?PhoneNumber={asked}").json()["incoming_phone_numbers"]
    assert [row["phone_number"] for row in rows] == found
    for row in rows:
        assert row["capabilities"]["voice"] is (row["phone_number"] == settings.SANDBOX_PHONE_NUMBER)
        assert holds("twilio", "api.v2010.account.incoming_phone_number", row)


def test_other_methods_are_not_allowed(twilio):
    assert twilio("POST", ".json").status_code == 405


def test_api_key_opens_everything_but_the_account(client):
    """As a Standard key does."""
    login = base64.b64encode(f"{API_KEY_SID}:{API_KEY_SECRET}".encode()).decode()
    key = {"headers": {"Authorization": f"Basic {login}"}}
    numbers = ADDRESS.replace(".json", "/IncomingPhoneNumbers.json")
    assert client.get(numbers, **key).status_code == 200
    assert client.get(ADDRESS, **key).json()["code"] == 20003
    assert client.get(numbers.replace(SID, SUSPENDED_SID), **key).status_code == 401
    wrong = base64.b64encode(f"{API_KEY_SID}:{settings.SANDBOX_TWILIO_TOKEN}".encode()).decode()
    assert client.get(numbers, headers={"Authorization": f"Basic {wrong}"}).status_code == 401

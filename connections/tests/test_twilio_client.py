import base64
import json
import re
from decimal import Decimal

import pytest

from connections.problems import Problem, ProviderError
from connections.tests import calls
from connections.tests.calls import NUMBER, OTHER_NUMBER, SID, TOKEN, TWILIO_ACCOUNT, TWILIO_NUMBER
from connections.twilio.answers import Account, IncomingNumber
from connections.twilio.client import TwilioClient
from core.tests.contract import FOLDER, holds, need_schemas, published

CALL = calls.TWILIO_CALL["sid"]
ANSWERS = {
    "account": TWILIO_ACCOUNT,
    "find_number": {"incoming_phone_numbers": [TWILIO_NUMBER]},
    "create_call": calls.TWILIO_CALL,
    "get_leg": calls.TWILIO_LEG,
    "list_child_legs": {"calls": [calls.TWILIO_LEG]},
}
REQUESTS = {
    "account": ("GET", f"/2010-04-01/Accounts/{SID}.json", {}, {}),
    "find_number": (
        "GET",
        f"/2010-04-01/Accounts/{SID}/IncomingPhoneNumbers.json",
        {"PhoneNumber": NUMBER},
        {},
    ),
    "create_call": (
        "POST",
        f"/2010-04-01/Accounts/{SID}/Calls.json",
        {},
        {"To": OTHER_NUMBER, "From": NUMBER, "Twiml": "<Response><Hangup/></Response>"},
    ),
    "get_leg": ("GET", f"/2010-04-01/Accounts/{SID}/Calls/{CALL}.json", {}, {}),
    "list_child_legs": (
        "GET",
        f"/2010-04-01/Accounts/{SID}/Calls.json",
        {"ParentCallSid": CALL, "PageSize": "1000"},
        {},
    ),
}


@pytest.fixture
def client(httpserver):
    return calls.twilio(httpserver.url_for("/2010-04-01"))


@pytest.fixture
def answer(httpserver):
    """Make the server give this answer to every request."""

    def with_json(body, status=200):
        httpserver.expect_request(re.compile(".*")).respond_with_json(body, status=status)

    return with_json


@pytest.mark.parametrize("name", calls.TWILIO_CALLS)
def test_request_is_the_documented_one(name, httpserver, client, answer):
    answer(ANSWERS[name])
    calls.TWILIO_CALLS[name](client)
    ((request, _answer),) = httpserver.log
    login = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    assert request.headers["Authorization"] == f"Basic {login}"
    assert (request.method, request.path, request.args.to_dict(), request.form.to_dict()) == REQUESTS[name]


def test_form_of_a_call_has_the_published_fields():
    need_schemas()
    document = json.loads((FOLDER / "twilio_api_v2010.json").read_text())
    published = document["paths"]["/2010-04-01/Accounts/{AccountSid}/Calls.json"]["post"]["requestBody"]
    form = published["content"]["application/x-www-form-urlencoded"]["schema"]
    assert set(REQUESTS["create_call"][3]) <= set(form["properties"])
    assert set(form["required"]) <= set(REQUESTS["create_call"][3])


def test_answers_of_these_tests_hold_against_the_published_schemas():
    assert holds("twilio", "api.v2010.account", TWILIO_ACCOUNT)
    assert holds("twilio", "api.v2010.account.incoming_phone_number", TWILIO_NUMBER)
    assert holds("twilio", "api.v2010.account.call", calls.TWILIO_CALL)


def test_account_is_read(client, answer):
    answer(TWILIO_ACCOUNT)
    assert client.account() == Account(type="Full")


def test_number_is_read(client, answer):
    answer({"incoming_phone_numbers": [TWILIO_NUMBER]})
    assert client.find_number(NUMBER) == IncomingNumber(
        sid=TWILIO_NUMBER["sid"],
        phone_number=NUMBER,
        voice=True,
        voice_url="https://demo.twilio.com/welcome/voice/",
        trunk_sid="",
        application_sid="",
    )


def test_number_that_only_contains_the_wanted_one_is_not_found(client, answer):
    answer({"incoming_phone_numbers": [{**TWILIO_NUMBER, "phone_number": NUMBER + "7"}]})
    assert client.find_number(NUMBER) is None


def test_number_is_found_behind_similar_ones(client, answer):
    similar = {**TWILIO_NUMBER, "phone_number": NUMBER + "7", "sid": "PN" + "f" * 32}
    answer({"incoming_phone_numbers": [similar, TWILIO_NUMBER]})
    found = client.find_number(NUMBER)
    assert found.sid == TWILIO_NUMBER["sid"]


@pytest.mark.parametrize("capabilities", [{"voice": False}, {}, None], ids=["no", "unsaid", "null"])
def test_number_without_voice_is_reported(capabilities, client, answer):
    answer({"incoming_phone_numbers": [{**TWILIO_NUMBER, "capabilities": capabilities}]})
    assert client.find_number(NUMBER).voice is False


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        ("suspended", Problem.TWILIO_SUSPENDED),
        ("closed", Problem.TWILIO_CLOSED),
        ("pondering", Problem.UNREADABLE_ANSWER),
    ],
)
def test_inactive_account_is_a_problem(status, problem, client, answer):
    answer({**TWILIO_ACCOUNT, "status": status})
    with pytest.raises(ProviderError) as caught:
        client.account()
    assert caught.value.problem == problem


def refusal(status, code, message="Sorry"):
    """An error in Twilio's format."""
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


@pytest.mark.parametrize(
    ("status", "code", "problem"),
    [
        (401, 20003, Problem.TWILIO_LOGIN),
        (401, 20005, Problem.TWILIO_SUSPENDED),
        (401, None, Problem.TWILIO_LOGIN),
        (402, 20402, Problem.TWILIO_NO_CREDIT),
        (403, 20008, Problem.TWILIO_TEST_CREDENTIALS),
        (403, 20005, Problem.TWILIO_SUSPENDED),
        (403, 20403, Problem.TWILIO_SUSPENDED),
        (400, 10001, Problem.TWILIO_SUSPENDED),
        (403, None, Problem.FORBIDDEN),
        (404, 20404, Problem.GONE),
        (400, 21211, Problem.NUMBER_INVALID),
        (400, 21215, Problem.TWILIO_COUNTRY),
        (400, 21219, Problem.TWILIO_TRIAL),
        (400, 21205, Problem.REJECTED),
        (429, 20429, Problem.RATE_LIMITED),
        (429, "text", Problem.RATE_LIMITED),
        (500, 20500, Problem.DOWN),
        (503, None, Problem.DOWN),
    ],
)
def test_refusal_maps_to_a_problem(status, code, problem, client, answer):
    answer(refusal(status, code), status=status)
    with pytest.raises(ProviderError) as caught:
        client.create_call(to=OTHER_NUMBER, from_=NUMBER, twiml="<Response/>")
    assert (caught.value.problem, caught.value.provider) == (problem, "twilio")


def test_log_has_the_reason_and_no_secret(client, answer, caplog):
    answer(refusal(400, 21205, f"Url is not valid, said {TOKEN}"), status=400)
    with pytest.raises(ProviderError) as caught:
        client.account()
    assert caught.value.detail == "Url is not valid, said [redacted]"
    assert "Url is not valid" in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("sid", ["", "SK" + "0" * 32, "AC123", "AC" + "0" * 32 + "/..", "AC" + "g" * 32])
def test_malformed_account_sid_is_refused_without_a_request(sid, httpserver):
    with pytest.raises(ProviderError) as caught:
        TwilioClient(base_url=httpserver.url_for(""), sid=sid, token=TOKEN).account()
    assert caught.value.problem == Problem.TWILIO_LOGIN
    assert httpserver.log == []


@pytest.mark.parametrize(
    ("told", "price", "settled"),
    [
        ({"price": "-0.00850"}, Decimal("0.0085"), True),
        ({"price": "0"}, Decimal(), True),
        ({"price": None}, None, False),
        ({"price": None, "status": "in-progress"}, None, False),
        ({"price": None, "status": "no-answer"}, None, True),
        ({"price": "free"}, None, False),
        ({"price": "1e9"}, None, False),
        ({"price": -0.0085}, None, False),
    ],
)
def test_price_is_positive_once_there_is_one(client, answer, told, price, settled):
    answer(calls.TWILIO_LEG | told)
    leg = client.get_leg(CALL)
    assert (leg.price, leg.is_settled) == (price, settled)


def test_leg_is_the_published_one():
    assert holds("twilio", "api.v2010.account.call", calls.TWILIO_LEG)
    assert set(calls.TWILIO_LEG) <= set(published("twilio")["api.v2010.account.call"]["properties"])


@pytest.mark.parametrize("sid", ["", "CA", "../Accounts", "CA" + "z" * 32])
def test_what_is_no_sid_is_not_asked_for(client, httpserver, sid):
    with pytest.raises(ProviderError) as raised:
        client.get_leg(sid)
    assert (raised.value.problem, httpserver.log) == (Problem.GONE, [])

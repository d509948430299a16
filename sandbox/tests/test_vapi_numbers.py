import uuid

import pytest

from core.tests.contract import holds
from sandbox.models import PhoneNumber
from sandbox.tests.bodies import KEY, NUMBER
from sandbox.twilio.accounts import API_KEY_SECRET, API_KEY_SID, SILENT_NUMBER

pytestmark = pytest.mark.django_db


@pytest.fixture
def number(vapi):
    answer = vapi("POST", "/phone-number", NUMBER)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_imported_number_holds_against_the_published_schema(vapi, number):
    assert holds("vapi", "CreateTwilioPhoneNumberDTO", NUMBER)
    assert holds("vapi", "TwilioPhoneNumber", number)
    assert vapi("GET", "/phone-number").json() == [number]
    assert vapi("GET", f"/phone-number/{number['id']}").json() == number


def test_assistant_is_put_on_a_number_and_taken_off(vapi, number, assistant):
    path = f"/phone-number/{number['id']}"
    answer = vapi("PATCH", path, {"provider": "twilio", "assistantId": assistant["id"]})
    assert (answer.status_code, answer.json()["assistantId"]) == (200, assistant["id"])
    assert holds("vapi", "TwilioPhoneNumber", answer.json())
    assert "assistantId" not in vapi("PATCH", path, {"assistantId": None}).json()


def test_deleted_number_can_be_imported_again(vapi, number):
    assert vapi("DELETE", f"/phone-number/{number['id']}").status_code == 200
    assert vapi("GET", f"/phone-number/{number['id']}").status_code == 404
    assert vapi("POST", "/phone-number", NUMBER).status_code == 201


def test_number_is_imported_once(vapi, number):
    answer = vapi("POST", "/phone-number", NUMBER)
    assert answer.status_code == 400
    assert "Has Identical `number`" in answer.json()["message"][0]
    assert vapi("POST", "/phone-number", NUMBER, key=f"{KEY}-other").status_code == 201


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"twilioAuthToken": "wrong"}, "Twilio Credentials Are Invalid"),
        ({"number": "+33612345678"}, "Number +33612345678 Not Found on Twilio Account"),
        ({"number": "06 12"}, "number must be a valid phone number"),
        ({"number": None}, "number should not be null or undefined"),
        ({"name": "x" * 41}, "name must be shorter than or equal to 40 characters"),
        ({"colour": "red"}, "property colour should not exist"),
        ({"assistantId": "x"}, "assistantId must be a UUID"),
    ],
    ids=["token", "number", "form", "missing", "name", "unknown", "assistant"],
)
def test_wrong_import_is_refused(vapi, change, message):
    answer = vapi("POST", "/phone-number", NUMBER | change)
    assert answer.status_code == 400
    assert answer.json()["message"][0].startswith(message)


def test_assistant_must_exist(vapi, number):
    body = {"assistantId": str(uuid.UUID(int=1))}
    assert vapi("PATCH", f"/phone-number/{number['id']}", body).status_code == 404


def test_token_of_an_account_of_a_customer_is_never_kept(vapi):
    body = NUMBER | {"twilioAccountSid": "AC" + "1" * 32, "twilioAuthToken": "a-real-token"}
    answer = vapi("POST", "/phone-number", body)
    assert answer.status_code == 201
    assert "twilioAuthToken" not in answer.json()
    assert "a-real-token" not in str(PhoneNumber.objects.values_list())


def test_number_without_a_voice_can_be_imported_all_the_same(vapi):
    assert vapi("POST", "/phone-number", NUMBER | {"number": SILENT_NUMBER}).status_code == 201


def test_number_that_moves_keeps_its_place_unique(vapi, number):
    silent = vapi("POST", "/phone-number", NUMBER | {"number": SILENT_NUMBER}).json()
    answer = vapi("PATCH", f"/phone-number/{silent['id']}", {"number": NUMBER["number"]})
    assert answer.status_code == 400


def test_number_is_imported_with_an_api_key(vapi):
    account = {name: NUMBER[name] for name in NUMBER if name != "twilioAuthToken"}
    body = account | {"twilioApiKey": API_KEY_SID, "twilioApiSecret": API_KEY_SECRET}
    assert holds("vapi", "CreateTwilioPhoneNumberDTO", body)
    assert vapi("POST", "/phone-number", body | {"twilioApiSecret": "wrong"}).status_code == 400
    answer = vapi("POST", "/phone-number", body)
    assert (answer.status_code, answer.json()["twilioApiKey"]) == (201, API_KEY_SID)
    assert "twilioAuthToken" not in answer.json()
    assert holds("vapi", "TwilioPhoneNumber", answer.json())
    assert API_KEY_SECRET not in str(PhoneNumber.objects.get().body)

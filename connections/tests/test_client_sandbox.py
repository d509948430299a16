"""The same clients against the bundled sandbox."""

import pytest

from connections.problems import Problem, ProviderError
from connections.twilio.client import TwilioClient, twilio_url
from connections.vapi.answers import ImportedNumber
from connections.vapi.client import VapiClient, vapi_url
from core.tests.contract import holds
from sandbox.twilio.accounts import CLOSED_SID, SILENT_NUMBER, SUSPENDED_SID, TEST_CREDENTIALS_SID

NAME = "Ava"
TWIML = "<Response><Say>Bonjour</Say></Response>"


@pytest.fixture
def vapi(sandbox, settings):
    return VapiClient(base_url=vapi_url("sandbox"), key=f"{settings.SANDBOX_VAPI_KEY}-bakery")


@pytest.fixture
def twilio(sandbox, settings):
    return TwilioClient(
        base_url=twilio_url("sandbox"), sid=settings.SANDBOX_TWILIO_SID, token=settings.SANDBOX_TWILIO_TOKEN
    )


def problem(call, *args, **named):
    with pytest.raises(ProviderError) as caught:
        call(*args, **named)
    return caught.value.problem


def test_assistant_is_created_changed_and_deleted(vapi):
    made = vapi.create_assistant({"name": NAME, "firstMessage": "Bonjour"})
    assert vapi.get_assistant(made.id).body["name"] == NAME
    assert [one.id for one in vapi.list_assistants()] == [made.id]
    assert vapi.update_assistant(made.id, {"name": "Léa"}).body["name"] == "Léa"
    vapi.delete_assistant(made.id)
    assert problem(vapi.get_assistant, made.id) == Problem.GONE
    vapi.delete_assistant(made.id)


def test_number_is_imported_called_from_and_released(vapi, settings):
    assistant = vapi.create_assistant({"name": NAME})
    imported = vapi.import_twilio_number(
        number=settings.SANDBOX_PHONE_NUMBER,
        sid=settings.SANDBOX_TWILIO_SID,
        token=settings.SANDBOX_TWILIO_TOKEN,
        name="Boulangerie",
        assistant_id=None,
    )
    vapi.update_phone_number(imported.id, {"provider": "twilio", "assistantId": assistant.id})
    secrets = frozenset({"twilioAuthToken"})
    assert vapi.list_phone_numbers() == [ImportedNumber(imported.id, settings.SANDBOX_PHONE_NUMBER, secrets)]
    call = vapi.create_call(assistant_id=assistant.id, phone_number_id=imported.id, to="+33612345678")
    assert vapi.get_call(call.id).assistant_id == assistant.id
    vapi.delete_phone_number(imported.id)
    assert vapi.list_phone_numbers() == []


def test_number_imported_twice_is_taken(vapi, settings):
    number = {
        "number": settings.SANDBOX_PHONE_NUMBER,
        "sid": settings.SANDBOX_TWILIO_SID,
        "token": settings.SANDBOX_TWILIO_TOKEN,
        "name": "Boulangerie",
        "assistant_id": None,
    }
    vapi.import_twilio_number(**number)
    assert problem(vapi.import_twilio_number, **number) == Problem.NUMBER_TAKEN


def test_chat_continues(vapi):
    assistant = vapi.create_assistant({"name": NAME, "firstMessage": "Bonjour"})
    first = vapi.chat(assistant_id=assistant.id, input="Bonjour")
    second = vapi.chat(assistant_id=assistant.id, input="Et demain ?", previous_chat_id=first.id)
    assert len(second.speeches) == 1


@pytest.mark.parametrize(
    "key", ["vapi-other-key", "vapi-sandbox-keys", "0d0f4a8e-1111-4a4a-9c9c-0123456789ab"]
)
def test_other_keys_are_refused(key, sandbox):
    client = VapiClient(base_url=vapi_url("sandbox"), key=key)
    assert problem(client.list_assistants, limit=1) == Problem.VAPI_KEY


def test_data_that_vapi_refuses_is_refused(vapi):
    assert problem(vapi.create_assistant, {"name": "n" * 41}) == Problem.REJECTED
    assert problem(vapi.create_assistant, {"name": NAME, "colour": "red"}) == Problem.REJECTED


def test_account_number_and_call(twilio, settings):
    assert twilio.account().type == "Full"
    found = twilio.find_number(settings.SANDBOX_PHONE_NUMBER)
    assert found.voice
    assert twilio.find_number("+33612345678") is None
    sid = twilio.create_call(to="+33612345678", from_=settings.SANDBOX_PHONE_NUMBER, twiml=TWIML)
    assert sid.startswith("CA")


def test_other_logins_are_refused(sandbox, settings):
    client = TwilioClient(base_url=twilio_url("sandbox"), sid=settings.SANDBOX_TWILIO_SID, token="0" * 32)
    assert problem(client.account) == Problem.TWILIO_LOGIN


@pytest.mark.parametrize(
    ("sid", "expected"),
    [
        (SUSPENDED_SID, Problem.TWILIO_SUSPENDED),
        (CLOSED_SID, Problem.TWILIO_CLOSED),
        (TEST_CREDENTIALS_SID, Problem.TWILIO_TEST_CREDENTIALS),
    ],
    ids=["suspended", "closed", "test credentials"],
)
def test_inactive_accounts_say_why(sid, expected, sandbox, settings):
    client = TwilioClient(base_url=twilio_url("sandbox"), sid=sid, token=settings.SANDBOX_TWILIO_TOKEN)
    assert problem(client.account) == expected


def test_number_without_voice_is_reported(twilio):
    assert not twilio.find_number(SILENT_NUMBER).voice


def test_answers_hold_against_the_published_schemas(vapi):
    assert holds("vapi", "Assistant", vapi.create_assistant({"name": NAME}).body)

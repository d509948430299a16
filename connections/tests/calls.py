"""A call of every client method, and the providers' answers on success."""

from datetime import UTC, datetime
from typing import Any

from connections.twilio.client import TwilioClient
from connections.vapi.client import TEST_CALL_NAME, VapiClient

KEY = "5f0c8a2e-6a3b-4a5e-9a0e-6f1f0d1f2a3b"
SID = "AC" + "0a1b2c3d" * 4
TOKEN = "f0e1d2c3" * 4
NUMBER = "+33939035501"
OTHER_NUMBER = "+33939035502"

ASSISTANT = "2a7c9f10-1111-4b5a-8c3d-000000000001"
PHONE_NUMBER = "2a7c9f10-2222-4b5a-8c3d-000000000002"
CALL = "2a7c9f10-3333-4b5a-8c3d-000000000003"
CHAT = "2a7c9f10-4444-4b5a-8c3d-000000000004"

BEFORE = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

VAPI_OBJECT = {
    "id": ASSISTANT,
    "orgId": "2a7c9f10-0000-4b5a-8c3d-000000000000",
    "createdAt": "2026-11-20T08:00:00.000Z",
    "updatedAt": "2026-11-20T08:00:00.000Z",
}
VAPI_CHAT = {**VAPI_OBJECT, "id": CHAT, "output": [{"role": "assistant", "content": "Bonjour !"}]}

VAPI_CALLS = {
    "list_assistants": lambda client: client.list_assistants(),
    "create_assistant": lambda client: client.create_assistant({"name": "Ava"}),
    "get_assistant": lambda client: client.get_assistant(ASSISTANT),
    "update_assistant": lambda client: client.update_assistant(ASSISTANT, {"name": "Ava"}),
    "delete_assistant": lambda client: client.delete_assistant(ASSISTANT),
    "list_phone_numbers": lambda client: client.list_phone_numbers(),
    "import_twilio_number": lambda client: client.import_twilio_number(
        number=NUMBER, sid=SID, token=TOKEN, name="Boulangerie Martin", assistant_id=ASSISTANT
    ),
    "update_phone_number": lambda client: client.update_phone_number(
        PHONE_NUMBER, {"assistantId": ASSISTANT}
    ),
    "delete_phone_number": lambda client: client.delete_phone_number(PHONE_NUMBER),
    "create_call": lambda client: client.create_call(
        assistant_id=ASSISTANT, phone_number_id=PHONE_NUMBER, to=OTHER_NUMBER, name=TEST_CALL_NAME
    ),
    "get_call": lambda client: client.get_call(CALL),
    "delete_call": lambda client: client.delete_call(CALL),
    "list_calls": lambda client: client.list_calls(limit=20, updated_at_ge=BEFORE),
    "chat": lambda client: client.chat(assistant_id=ASSISTANT, input="Bonjour"),
}
TWILIO_ACCOUNT = {"sid": SID, "status": "active", "type": "Full", "friendly_name": "Boulangerie"}
TWILIO_NUMBER: dict[str, Any] = {
    "sid": "PN" + "0a1b2c3d" * 4,
    "phone_number": NUMBER,
    "capabilities": {"voice": True, "sms": False, "mms": False},
    "voice_url": "https://demo.twilio.com/welcome/voice/",
    "trunk_sid": None,
}
TWILIO_CALL = {"sid": "CA" + "0a1b2c3d" * 4, "status": "queued"}
TWILIO_LEG = {**TWILIO_CALL, "status": "completed", "price": "-0.0085", "price_unit": "USD"}

TWILIO_CALLS = {
    "account": lambda client: client.account(),
    "find_number": lambda client: client.find_number(NUMBER),
    "create_call": lambda client: client.create_call(
        to=OTHER_NUMBER, from_=NUMBER, twiml="<Response><Hangup/></Response>"
    ),
    "get_leg": lambda client: client.get_leg(TWILIO_CALL["sid"]),
    "list_child_legs": lambda client: client.list_child_legs(TWILIO_CALL["sid"]),
}


def vapi(url: str, *, timeout: float = 15) -> VapiClient:
    """A client for Vapi at an address."""
    return VapiClient(base_url=url, key=KEY, timeout=timeout)


def twilio(url: str, *, timeout: float = 15) -> TwilioClient:
    """A client for Twilio at an address."""
    return TwilioClient(base_url=url, sid=SID, token=TOKEN, timeout=timeout)

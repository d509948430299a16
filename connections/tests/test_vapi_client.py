import re

import pytest

from connections.problems import Problem, ProviderError
from connections.tests import calls
from connections.tests.calls import (
    ASSISTANT,
    BEFORE,
    CALL,
    CHAT,
    KEY,
    NUMBER,
    PHONE_NUMBER,
    SID,
    TOKEN,
    VAPI_OBJECT,
)
from connections.vapi.answers import Chat, RemoteAssistant
from connections.vapi.client import TEST_CALL_NAME, VapiClient
from core.tests.contract import holds, published

HIDDEN_KEY = {
    "message": "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa.",
    "error": "Unauthorized",
    "statusCode": 401,
}


@pytest.fixture
def client(httpserver):
    return calls.vapi(httpserver.url_for("/api/"))


@pytest.fixture
def answer(httpserver):
    """Make the server give this answer to every request."""

    def with_json(body, status=200, headers=None):
        httpserver.expect_request(re.compile(".*")).respond_with_json(body, status=status, headers=headers)

    return with_json


def sent(httpserver):
    """The only request."""
    ((request, _answer),) = httpserver.log
    return request


REQUESTS = {
    "list_assistants": ("GET", "/assistant", {"limit": "100"}, None),
    "create_assistant": ("POST", "/assistant", {}, {"name": "Ava"}),
    "get_assistant": ("GET", f"/assistant/{ASSISTANT}", {}, None),
    "update_assistant": ("PATCH", f"/assistant/{ASSISTANT}", {}, {"name": "Ava"}),
    "delete_assistant": ("DELETE", f"/assistant/{ASSISTANT}", {}, None),
    "list_phone_numbers": ("GET", "/phone-number", {"limit": "1000"}, None),
    "import_twilio_number": (
        "POST",
        "/phone-number",
        {},
        {
            "provider": "twilio",
            "number": NUMBER,
            "twilioAccountSid": SID,
            "twilioAuthToken": TOKEN,
            "name": "Boulangerie Martin",
            "smsEnabled": False,
            "assistantId": ASSISTANT,
        },
    ),
    "update_phone_number": ("PATCH", f"/phone-number/{PHONE_NUMBER}", {}, {"assistantId": ASSISTANT}),
    "delete_phone_number": ("DELETE", f"/phone-number/{PHONE_NUMBER}", {}, None),
    "create_call": (
        "POST",
        "/call",
        {},
        {
            "name": TEST_CALL_NAME,
            "assistantId": ASSISTANT,
            "phoneNumberId": PHONE_NUMBER,
            "customer": {"number": calls.OTHER_NUMBER},
        },
    ),
    "get_call": ("GET", f"/call/{CALL}", {}, None),
    "delete_call": ("DELETE", f"/call/{CALL}", {}, {}),
    "list_calls": ("GET", "/call", {"limit": "20", "updatedAtGe": BEFORE.isoformat()}, None),
    "chat": ("POST", "/chat", {}, {"assistantId": ASSISTANT, "input": "Bonjour"}),
}


def good_answer(name):
    """Vapi's answer to the method on success."""
    return [VAPI_OBJECT] if name.startswith("list_") else calls.VAPI_CHAT


@pytest.mark.parametrize("name", calls.VAPI_CALLS)
def test_request_is_the_documented_one(name, httpserver, client, answer):
    answer(good_answer(name))
    calls.VAPI_CALLS[name](client)
    request = sent(httpserver)
    method, path, query, body = REQUESTS[name]
    assert (request.method, request.path) == (method, f"/api{path}")
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.args.to_dict() == query
    assert (request.get_json() if request.is_json else request.data or None) == body


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("import_twilio_number", "CreateTwilioPhoneNumberDTO"),
        ("update_phone_number", "UpdateTwilioPhoneNumberDTO"),
        ("create_call", "CreateCallDTO"),
        ("delete_call", "DeleteCallDTO"),
        ("chat", "CreateChatDTO"),
    ],
)
def test_body_holds_against_the_published_schema(name, schema, httpserver, client, answer):
    answer(good_answer(name))
    calls.VAPI_CALLS[name](client)
    body = sent(httpserver).get_json()
    assert holds("vapi", schema, body)
    assert set(body) <= set(published("vapi")[schema]["properties"])


def test_base_address_may_end_in_a_slash_or_not(httpserver, answer):
    answer([])
    for base in (httpserver.url_for("/api"), httpserver.url_for("/api/")):
        calls.vapi(base).list_assistants()
    assert [request.path for request, _answer in httpserver.log] == ["/api/assistant"] * 2


def test_assistants_are_read(client, answer):
    body = {**VAPI_OBJECT, "name": "Ava"}
    answer([body])
    assert client.list_assistants() == [RemoteAssistant(ASSISTANT, BEFORE, body)]


def test_list_can_be_limited_by_number_and_time(httpserver, client, answer):
    answer([])
    client.list_assistants(limit=1, created_at_lt=BEFORE)
    assert sent(httpserver).args.to_dict() == {"limit": "1", "createdAtLt": "2026-11-20T08:00:00+00:00"}


def test_number_may_be_imported_without_an_assistant(httpserver, client, answer):
    answer(VAPI_OBJECT)
    client.import_twilio_number(number=NUMBER, sid=SID, token=TOKEN, name="n" * 41, assistant_id=None)
    body = sent(httpserver).get_json()
    assert "assistantId" not in body
    assert len(body["name"]) == 40


def test_chat_continues_a_conversation(httpserver, client, answer):
    answer(calls.VAPI_CHAT)
    client.chat(assistant_id=ASSISTANT, input="Et demain ?", previous_chat_id=CHAT)
    assert sent(httpserver).get_json()["previousChatId"] == CHAT


def test_chat_returns_the_assistants_words(client, answer):
    answer(calls.VAPI_CHAT, status=201)
    assert client.chat(assistant_id=ASSISTANT, input="Bonjour") == Chat(CHAT, ["Bonjour !"])


# Refusals


def refusal(call, client):
    with pytest.raises(ProviderError) as caught:
        calls.VAPI_CALLS[call](client)
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (401, HIDDEN_KEY, Problem.VAPI_KEY),
        (402, {"message": "Payment Required", "statusCode": 402}, Problem.VAPI_NO_CREDIT),
        (403, {"message": "Forbidden", "statusCode": 403}, Problem.FORBIDDEN),
        (404, {"message": "Not Found", "statusCode": 404}, Problem.GONE),
        (409, {"error": "assistant_pinned", "message": "Pinned."}, Problem.PINNED),
        (400, {"message": ["name is too long"], "error": "Bad Request"}, Problem.REJECTED),
        (400, {"message": "no such voice", "error": "Bad Request"}, Problem.REFUSED),
        (422, {"message": "no"}, Problem.REFUSED),
        (429, {}, Problem.RATE_LIMITED),
        (500, {"message": "Internal server error"}, Problem.DOWN),
        (503, None, Problem.DOWN),
        (302, None, Problem.UNREADABLE_ANSWER),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_refusal_maps_to_a_problem(status, body, problem, client, answer):
    answer(body, status=status)
    error = refusal("update_assistant", client)
    assert (error.problem, error.provider) == (problem, "vapi")


@pytest.mark.parametrize(
    "message",
    [
        "Existing Phone Number 2a7c9f10 Has Identical `twilioAccountSid` AC0a and `number` +33939035501.",
        ["Number +33939035501 Is In Use By Another Organization."],
    ],
    ids=["same account", "other account"],
)
def test_number_imported_elsewhere_has_its_own_problem(message, client, answer):
    answer({"message": message, "error": "Bad Request", "statusCode": 400}, status=400)
    assert refusal("import_twilio_number", client).problem == Problem.NUMBER_TAKEN


def test_log_has_the_reason_and_no_secret(client, answer, caplog):
    words = ["name must be shorter than 40", f"token {TOKEN} of {KEY}", "x " * 400]
    answer({"message": words, "error": "Bad Request"}, status=400)
    error = refusal("import_twilio_number", client)
    assert error.detail.startswith("name must be shorter than 40; token [redacted] of [redacted]")
    assert len(error.detail) == 500
    assert "name must be shorter" in caplog.text
    for told in (caplog.text, str(error)):
        assert TOKEN not in told
        assert KEY not in told


@pytest.mark.parametrize("call", ["delete_assistant", "delete_phone_number", "delete_call"])
def test_deleting_a_deleted_object_succeeds(call, client, answer):
    answer({"message": "Not Found", "statusCode": 404}, status=404)
    assert calls.VAPI_CALLS[call](client) is None


@pytest.mark.parametrize(
    "oddity",
    ["", "../call", "a/b", "a?b", "a" * 65, "é"],
    ids=["empty", "up", "slash", "query", "long", "letter"],
)
def test_malformed_id_is_never_requested(oddity, httpserver, client):
    with pytest.raises(ProviderError) as caught:
        client.get_call(oddity)
    assert caught.value.problem == Problem.GONE
    client.delete_assistant(oddity)
    assert httpserver.log == []


@pytest.mark.parametrize(
    "key", ["", "clé", "two words", "a\r\nX-Evil: 1"], ids=["empty", "letter", "space", "header"]
)
def test_malformed_key_is_refused_without_a_request(key, httpserver):
    with pytest.raises(ProviderError) as caught:
        VapiClient(base_url=httpserver.url_for(""), key=key).list_assistants()
    assert caught.value.problem == Problem.VAPI_KEY
    assert httpserver.log == []

"""The stand-ins accept or refuse any body; what they accepted they can return, speak and report."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from core.tests.contract import FOLDER, faults
from sandbox.calls.services import place_call
from sandbox.models import Assistant, Call
from sandbox.tests.bodies import ASSISTANT, KEY, NUMBER
from sandbox.vapi.messages import message_of

pytestmark = pytest.mark.django_db

SERVER = {
    "url": "https://console.example.com/",
    "headers": {"X-Vapi-Secret": "x"},
    "timeoutSeconds": 20,
    "backoffPlan": {"type": "exponential", "maxRetries": 5, "baseDelaySeconds": 1},
}
BODY = ASSISTANT | {"server": SERVER, "metadata": {"a": 1}, "artifactPlan": {"recordingEnabled": True}}
UNDESCRIBED = {"provider": "groq", "messages": "x"}  # accepted unchecked, for lack of rules
ODD: list[Any] = [None, 0, True, -1, 1e308, "", "\x01", [], {}, [None], [[1]], {"provider": []}, UNDESCRIBED]


def variants(body: Any, name: str) -> Iterator[Any]:
    """Copies of the body with an odd value in place of the property, and of each value within it."""
    for path in [(name,), *((name, *inner) for inner in paths(body[name]))]:
        for odd in ODD:
            changed = copy.deepcopy(body)
            place = changed
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = odd
            yield changed


def paths(value: Any) -> Iterator[tuple[Any, ...]]:
    steps = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        yield (step,)
        yield from ((step, *inner) for inner in paths(value[step]))


@pytest.mark.slow
@pytest.mark.parametrize("name", BODY)
def test_odd_assistant_is_refused_or_works(vapi, name):
    for number, body in enumerate(variants(BODY, name)):
        key = f"{KEY}-{number}"
        answer = vapi("POST", "/assistant", body, key=key)
        assert answer.status_code in {201, 400}, body
        if answer.status_code == 201:
            assert not is_comparable(body) or faults("vapi", "Assistant", answer.json()) == []
            use(vapi, Assistant.objects.get(id=answer.json()["id"]))


def is_comparable(body: Any) -> bool:
    return FOLDER.exists() and body["model"] != UNDESCRIBED


def use(vapi: Any, assistant: Assistant) -> None:
    chat = {"assistantId": str(assistant.id), "input": "Vos horaires ?"}
    assert vapi("POST", "/chat", chat, key=assistant.key).status_code == 201
    call = place_call(assistant=assistant, kind=Call.Kind.INBOUND, customer={}, is_over=True)
    assert vapi("GET", f"/call/{call.id}", key=assistant.key).status_code == 200
    for delivery in call.deliveries.all():
        json.dumps(message_of(delivery, None))


@pytest.mark.variants
@pytest.mark.parametrize("name", NUMBER)
def test_odd_number_is_refused_or_works(vapi, name):
    for number, body in enumerate(variants(NUMBER, name)):
        assert vapi("POST", "/phone-number", body, key=f"{KEY}-{number}").status_code in {201, 400}, body


@pytest.mark.variants
@pytest.mark.parametrize("name", ["assistantId", "phoneNumberId", "customer"])
def test_odd_call_is_refused(vapi, assistant, name):
    number = vapi("POST", "/phone-number", NUMBER).json()
    body = {
        "assistantId": assistant["id"],
        "phoneNumberId": number["id"],
        "customer": {"number": "+33639981234"},
    }
    refused = [each for each in variants(body, name) if vapi("POST", "/call", each).status_code == 400]
    assert len(refused) == len(list(variants(body, name)))


@pytest.mark.variants
@pytest.mark.parametrize("name", ["assistantId", "previousChatId", "input"])
def test_odd_chat_is_refused_or_works(vapi, assistant, name):
    body = {
        "assistantId": assistant["id"],
        "previousChatId": None,
        "input": [{"role": "user", "content": "x"}],
    }
    for each in variants(body, name):
        assert vapi("POST", "/chat", each).status_code in {201, 400}, each

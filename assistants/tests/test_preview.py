"""Chats and test calls, with the sandbox and with a Vapi that fails."""

import re

import httpx2
import pytest
from django.conf import settings
from phonenumber_field.phonenumber import PhoneNumber

from assistants.models import Assistant, Line
from assistants.preview.chat import Thread, Turn, read_thread, sign_thread
from assistants.services import create_assistant
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory, connect_to_vapi, data_of
from connections.twilio.client import TwilioEndpoint
from connections.twilio.services import connect_twilio
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

MINE = "+33612345678"


def text_of(response) -> str:
    return response.content.decode()


def path_of(assistant: Assistant, action: str = "") -> str:
    return f"/fr/o/bakery/assistants/{assistant.id}/preview{action}"


def thread_of(page: str) -> str:
    found = re.search(r'name="thread" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def bubbles(page: str) -> list[str]:
    return re.findall(r'<p class="bubble" dir="auto">(.*?)</p>', page, re.DOTALL)


@pytest.fixture
def actor(owner):
    return owner.memberships.select_related("organization").get()


@pytest.fixture
def known(sandbox, bakery, actor, run_tasks) -> Assistant:
    """An assistant that the sandbox's Vapi knows."""
    connect_to_vapi(bakery, key=f"{settings.SANDBOX_VAPI_KEY}-{bakery.id.hex[:12]}")
    assistant = create_assistant(actor=actor, data=data_of())
    run_tasks()
    assistant.refresh_from_db()
    assert assistant.sync_state == SyncState.IN_STEP
    return assistant


@pytest.fixture
def callable_assistant(known, actor, run_tasks) -> Assistant:
    """An assistant that answers a number of the sandbox's Twilio."""
    connect_twilio(
        actor=actor,
        endpoint=TwilioEndpoint.SANDBOX,
        account_sid=settings.SANDBOX_TWILIO_SID,
        auth_token=settings.SANDBOX_TWILIO_TOKEN,
        phone_number=PhoneNumber.from_string(settings.SANDBOX_PHONE_NUMBER),
    )
    run_tasks()
    return known


@pytest.fixture
def met(connected, bakery) -> Assistant:
    """An assistant that the fake Vapi knows."""
    return AssistantFactory(organization=bakery)


# Chats


def test_conversation_goes_on_turn_by_turn(as_user, owner, known):
    client = as_user(owner)
    page = text_of(client.get(path_of(known)))
    assert bubbles(page) == [known.first_message]
    for number, said in enumerate(("Bonjour, une table pour deux ?", "שלום, יש מקום מחר?"), start=1):
        answer = client.post(path_of(known, "/chat"), {"text": said, "thread": thread_of(page)})
        assert answer.status_code == 200
        page = text_of(answer)
        assert said in bubbles(page)
        assert len(bubbles(page)) == 1 + 2 * number
    assert len(read_thread(known, thread_of(page)).turns) == 4


def test_with_htmx_only_the_conversation_comes_back(as_user, owner, known):
    answer = as_user(owner).post(path_of(known, "/chat"), {"text": "Bonjour"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in text_of(answer)
    assert len(bubbles(text_of(answer))) == 3


def test_conversation_of_another_assistant_is_not_gone_on_with(as_user, owner, known, bakery):
    other = AssistantFactory(organization=bakery)
    stolen = sign_thread(other, Thread("chat-1", [Turn("assistant", "our secret")]))
    answer = as_user(owner).post(path_of(known, "/chat"), {"text": "Bonjour", "thread": stolen})
    assert "our secret" not in text_of(answer)


@pytest.mark.parametrize("sealed", ["", "x", "a:b:c", "é" * 300])
def test_conversation_without_a_signature_begins_anew(met, sealed):
    assert read_thread(met, sealed) == Thread()


@pytest.mark.variants
@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (httpx2.ReadTimeout("hangs"), "Vapi"),
        (httpx2.Response(200, text="<html>hello</html>"), "Vapi"),
        (httpx2.Response(200, json={"id": "x"}), "Vapi"),
        (429, "Vapi"),
        (402, "Billing"),
        (500, "Vapi"),
        (404, "Vapi"),
    ],
    ids=["hang", "html", "no-output", "429", "402", "500", "404"],
)
def test_failing_vapi_leaves_what_was_typed(as_user, owner, vapi, met, refusal, words):
    vapi.fail(refusal)
    answer = as_user(owner).post(path_of(met, "/chat"), {"text": "Bonjour l’équipe"})
    assert answer.status_code == 422
    page = text_of(answer)
    assert 'value="Bonjour l’équipe"' in page
    error = re.search(r'id="id_text_error">(.*?)</p>', page, re.DOTALL)
    assert error is not None
    assert words in error[1]
    assert len(bubbles(page)) == 1


@pytest.mark.parametrize("said", ["", "   ", "x" * 1001])
def test_nothing_and_too_much_are_not_sent(as_user, owner, vapi, met, said):
    assert as_user(owner).post(path_of(met, "/chat"), {"text": said}).status_code == 422
    assert vapi.requests == []


def test_what_vapi_does_not_know_cannot_be_talked_to(as_user, owner, vapi, connected, bakery):
    waiting = AssistantFactory(organization=bakery, waiting=True)
    answer = as_user(owner).post(path_of(waiting, "/chat"), {"text": "Bonjour"})
    assert "Vapi ne connaît pas encore" in text_of(answer)
    assert vapi.requests == []


def test_a_conversation_of_endless_answers_can_be_continued(as_user, owner, vapi, met):
    client, answers = as_user(owner), [{"role": "assistant", "content": "long " * 4000}] * 80
    thread = ""
    for _ in range(2):
        vapi.fail(httpx2.Response(201, json={"id": "chat-1", "output": answers}))
        answer = client.post(path_of(met, "/chat"), {"text": "Bonjour", "thread": thread})
        assert answer.status_code == 200
        thread = thread_of(text_of(answer))
    shown = bubbles(text_of(answer))
    assert len(shown) <= 41  # with the first message
    assert max(map(len, shown)) <= 4000


@pytest.mark.slow
def test_too_much_talk_is_refused(as_user, owner, vapi, met, settings, monkeypatch):
    settings.AVA_RATE_LIMITS = True
    client = as_user(owner)
    vapi.fail(500, times=120)
    for _ in range(120):
        client.post(path_of(met, "/chat"), {"text": "Bonjour"}, headers={"HX-Request": "true"})
    before = len(vapi.requests)
    answer = client.post(path_of(met, "/chat"), {"text": "Bonjour"})
    assert "Trop de tentatives" in text_of(answer)
    assert len(vapi.requests) == before


# Test calls


def test_number_knows_who_answers_it(callable_assistant, bakery):
    line = Line.objects.get(organization=bakery)
    assert (line.sync_state, line.sync_problem) == (SyncState.IN_STEP, "")


def test_call_rings_and_is_followed(as_user, owner, callable_assistant):
    client = as_user(owner)
    answer = client.post(path_of(callable_assistant, "/call"), {"number": "06 12 34 56 78"})
    assert answer.status_code == 302
    page = client.get(answer.url)
    assert page.status_code == 200
    assert "hx-get" in text_of(page)
    seen = re.search(r"seen=([a-z-]+)", text_of(page))
    assert seen is not None
    same = client.get(f"{answer.url}?seen={seen[1]}", headers={"HX-Request": "true"})
    assert same.status_code in {200, 204}
    event = AuditEvent.objects.get(action="assistants.called")
    assert "5678" not in str(event.data)


def test_call_of_another_assistant_is_not_found(as_user, owner, callable_assistant, actor, run_tasks):
    client = as_user(owner)
    url = client.post(path_of(callable_assistant, "/call"), {"number": MINE}).url
    other = create_assistant(actor=actor, data=data_of(name="Hugo"))
    run_tasks()
    call_id = url.rpartition("/")[2]
    assert client.get(path_of(other, f"/calls/{call_id}")).status_code == 404
    assert client.get(path_of(callable_assistant, "/calls/unknown")).status_code == 404


@pytest.mark.variants
@pytest.mark.parametrize("number", ["", "hello", "12", "+33899123456"])
def test_number_that_cannot_be_rung_is_said_so(as_user, owner, callable_assistant, number):
    answer = as_user(owner).post(path_of(callable_assistant, "/call"), {"number": number})
    assert answer.status_code == 422
    assert "id_number_error" in text_of(answer)


def test_without_a_number_there_is_no_call(as_user, owner, vapi, met):
    answer = as_user(owner).post(path_of(met, "/call"), {"number": MINE})
    assert answer.status_code == 422
    assert vapi.requests == []


def test_sixth_call_of_an_hour_waits(as_user, owner, callable_assistant, settings):
    settings.AVA_RATE_LIMITS = True
    client = as_user(owner)
    statuses = [
        client.post(path_of(callable_assistant, "/call"), {"number": f"+3361234560{number}"}).status_code
        for number in range(6)
    ]
    assert statuses == [302] * 5 + [422]


def test_call_that_vapi_does_not_tell_of_keeps_its_page(as_user, owner, vapi, met):
    client = as_user(owner)
    vapi.fail(500, times=2)
    assert client.get(path_of(met, "/calls/x")).status_code == 200
    assert client.get(path_of(met, "/calls/x"), headers={"HX-Request": "true"}).status_code == 204

"""Test calls: those that the sandbox plays, and real ones with a Vapi that fails."""

import re
from datetime import UTC, datetime

import httpx2
import pytest
import time_machine
from django.conf import settings
from phonenumber_field.phonenumber import PhoneNumber

from assistants.models import Assistant, Line
from assistants.preview.call import PLAYED_NUMBERS
from assistants.services import create_assistant
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import data_of
from assistants.tests.preview_pages import bubbles, input_of, path_of, text_of
from connections.models import VapiConnection
from connections.tests.factories import TwilioConnectionFactory
from connections.twilio.client import TwilioEndpoint
from connections.twilio.services import connect_twilio
from core.models import AuditEvent
from sandbox.calls.personas import ANSWERED_BY

pytestmark = pytest.mark.django_db

MINE = "+33612345678"


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
def real(met, bakery, vapi) -> Assistant:
    """An assistant at the fake Vapi, which is taken for the real one, with a number to call from."""
    VapiConnection.objects.update(region="us")
    TwilioConnectionFactory(organization=bakery, vapi_number_id="number-1")
    return met


def test_number_knows_who_answers_it(callable_assistant, bakery):
    line = Line.objects.get(organization=bakery)
    assert (line.sync_state, line.sync_problem) == (SyncState.IN_STEP, "")


@pytest.mark.parametrize("caller", PLAYED_NUMBERS)
def test_played_call_shows_its_transcript_as_it_is_spoken(as_user, owner, callable_assistant, caller):
    client = as_user(owner)
    page = text_of(client.get(path_of(callable_assistant)))
    assert "Simuler un appel" in page
    assert 'name="number"' not in page
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        placed = client.post(path_of(callable_assistant, "/call"), {"caller": caller})
        assert placed.status_code == 302
        clock.shift(2)
        page = text_of(client.get(placed.url))
        spoken = len(bubbles(page)) - 1  # without the chat's
        assert 1 <= spoken <= 2
        assert "L’appel simulé est en cours" in page
        mark = re.search(r"seen=([a-z0-9-]+)", page)
        assert mark is not None
        same = client.get(f"{placed.url}?seen={mark[1]}", headers={"HX-Request": "true"})
        assert same.status_code == 204
        clock.shift(20)
        later = text_of(client.get(placed.url, headers={"HX-Request": "true"}))
        assert len(bubbles(later)) > spoken
        clock.shift(120)
        last = text_of(client.get(placed.url, headers={"HX-Request": "true"}))
    assert "hx-get" not in last
    assert "L’appel simulé est terminé" in last
    assert bubbles(last)[0] == callable_assistant.first_message
    assert "Au revoir" in bubbles(last)[-1]
    assert AuditEvent.objects.filter(action="assistants.called").count() == 0


def test_played_call_is_hung_up(as_user, owner, callable_assistant):
    client = as_user(owner)
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        placed = client.post(path_of(callable_assistant, "/call"), {"caller": "message"}).url
        clock.shift(12)
        spoken = len(bubbles(text_of(client.get(placed))))
        assert client.post(f"{placed}/end").url == placed
        clock.shift(60)
        page = text_of(client.get(placed))
    assert "La personne au bout du fil a raccroché" in page
    assert len(bubbles(page)) == spoken
    assert f"{placed}/end" not in page


def test_call_is_placed_and_hung_up_in_place_with_htmx(as_user, owner, callable_assistant):
    client, fragment = as_user(owner), {"HX-Request": "true"}
    path = path_of(callable_assistant, "/call")
    placed = text_of(client.post(path, {"caller": "message"}, headers=fragment))
    assert "<html" not in placed
    end = re.search(r'action="([^"]+/end)"', placed)
    assert end is not None
    assert "L’appel simulé est terminé" in text_of(client.post(end[1], headers=fragment))
    assert "id_caller_error" in text_of(client.post(path, {"caller": "thief"}, headers=fragment))


def test_call_of_another_assistant_is_not_found(as_user, owner, callable_assistant, actor, run_tasks):
    client = as_user(owner)
    url = client.post(path_of(callable_assistant, "/call"), {"caller": "message"}).url
    other = create_assistant(actor=actor, data=data_of(name="Hugo"))
    run_tasks()
    call_id = url.rpartition("/")[2]
    assert client.get(path_of(other, f"/calls/{call_id}")).status_code == 404
    assert client.post(path_of(other, f"/calls/{call_id}/end")).status_code == 404
    assert client.get(path_of(callable_assistant, "/calls/unknown")).status_code == 404


def called(assistant: Assistant, **more) -> httpx2.Response:
    """A call of this assistant as Vapi answers it."""
    body = {"id": "call-1", "assistantId": assistant.vapi_id, "status": "in-progress"}
    return httpx2.Response(200, json=body | {"startedAt": "2026-11-28T10:00:00Z"} | more)


def test_real_call_rings_a_number_and_shows_what_was_said(as_user, owner, vapi, real):
    client = as_user(owner)
    vapi.fail(called(real, status="queued"))
    placed = client.post(path_of(real, "/call"), {"number": "06 12 34 56 78"})
    assert placed.status_code == 302
    event = AuditEvent.objects.get(action="assistants.called")
    assert "5678" not in str(event.data)
    now = datetime.now(UTC).isoformat()
    ended = {"status": "ended", "endedReason": "customer-ended-call", "endedAt": now}
    vapi.fail(called(real, **ended))
    waiting = text_of(client.get(placed.url))
    assert "La transcription arrive" in waiting
    assert "hx-get" in waiting
    messages = [
        {"role": "system", "message": "prompt"},
        {"role": "bot", "message": "Bonjour, Roux.", "secondsFromStart": 1.2},
        {"role": "user", "message": "Bonjour !", "secondsFromStart": 63},
        {"role": "tool_calls", "toolCalls": []},
        "not a message",
        {"role": "user", "message": ""},
    ]
    vapi.fail(called(real, **ended, artifact={"messages": messages}))
    page = text_of(client.get(placed.url, headers={"HX-Request": "true"}))
    assert bubbles(page) == ["Bonjour, Roux.", "Bonjour !"]
    assert "1:03" in page
    assert "prompt" not in page
    assert "hx-get" not in page


def test_real_call_is_hung_up_at_twilio(as_user, owner, vapi, real):
    sid = f"CA{'a' * 32}"
    for status in ("in-progress", "ended"):
        vapi.fail(called(real, status=status, phoneCallProviderId=sid))
        if status == "in-progress":
            vapi.fail(httpx2.Response(200, json={"sid": sid}))
    ended = as_user(owner).post(path_of(real, "/calls/call-1/end"), headers={"HX-Request": "true"})
    assert "L’appel est terminé" in text_of(ended)
    assert [method for method, _path in vapi.requests] == ["GET", "POST", "GET"]


@pytest.mark.parametrize("artifact", [None, "x", [], {}, {"messages": "x"}, {"messages": [None]}])
def test_call_without_a_readable_transcript_is_shown(as_user, owner, vapi, real, artifact):
    vapi.fail(called(real, artifact=artifact))
    page = as_user(owner).get(path_of(real, "/calls/call-1"))
    assert page.status_code == 200
    assert "Vous êtes en ligne" in text_of(page)


def test_business_cannot_call_its_own_number(as_user, owner, vapi, real):
    answer = as_user(owner).post(path_of(real, "/call"), {"number": "09 39 03 55 01"})
    assert answer.status_code == 422
    assert "le numéro de votre entreprise" in text_of(answer)
    assert vapi.requests == []


@pytest.mark.variants
@pytest.mark.parametrize("number", ["", "hello", "12", "+33899123456"])
def test_number_that_cannot_be_rung_is_said_so(as_user, owner, real, number):
    answer = as_user(owner).post(path_of(real, "/call"), {"number": number})
    assert answer.status_code == 422
    assert "autofocus" in input_of(text_of(answer), "number")
    assert "id_number_error" in text_of(answer)


def test_without_a_number_there_is_no_call(as_user, owner, vapi, met):
    VapiConnection.objects.update(region="us")
    answer = as_user(owner).post(path_of(met, "/call"), {"number": MINE})
    assert answer.status_code == 422
    assert vapi.requests == []


def test_sixth_call_of_an_hour_waits(as_user, owner, vapi, real, settings):
    settings.AVA_RATE_LIMITS = True
    client = as_user(owner)
    vapi.fail(called(real), times=5)
    statuses = [
        client.post(path_of(real, "/call"), {"number": f"+3361234560{number}"}).status_code
        for number in range(6)
    ]
    assert statuses == [302] * 5 + [422]


def test_call_that_vapi_does_not_tell_of_keeps_its_page(as_user, owner, vapi, met):
    client = as_user(owner)
    vapi.fail(500, times=3)
    assert client.get(path_of(met, "/calls/x")).status_code == 200
    assert client.get(path_of(met, "/calls/x"), headers={"HX-Request": "true"}).status_code == 204
    assert client.post(path_of(met, "/calls/x/end")).status_code == 302


def test_played_numbers_are_those_that_the_sandbox_answers():
    assert {number[-4:]: caller for caller, number in PLAYED_NUMBERS.items()} == ANSWERED_BY

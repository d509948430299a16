"""What Vapi says of an assistant that it refuses, and lists and chats that are not what they should be."""

import json

import httpx2
import pytest

from assistants.models import Assistant
from assistants.sync.mirrored import SyncState
from assistants.sync.services import synchronize_assistant
from assistants.tests.factories import AssistantFactory
from connections.problems import Problem
from connections.vapi.holdings import MOST_PAGES, PAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(bakery, connected, run_tasks) -> Assistant:
    return AssistantFactory(organization=bakery, waiting=True)


def synchronize(assistant, run_tasks):
    synchronize_assistant.enqueue(str(assistant.id))
    run_tasks(failures=True)
    assistant.refresh_from_db()


def test_refused_assistant_shows_vapis_words(as_user, owner, vapi, waiting, run_tasks):
    refused = httpx2.Response(400, json={"message": "Voice fr-FR-Denise needs a paid plan."})
    vapi.fail(refused)
    synchronize(waiting, run_tasks)
    assert (waiting.sync_state, waiting.sync_problem) == (SyncState.OUT_OF_STEP, Problem.REFUSED)
    page = as_user(owner).get(f"/fr/o/bakery/assistants/{waiting.id}").content.decode()
    assert '<bdi lang="en">Voice fr-FR-Denise needs a paid plan.</bdi>' in page


def test_refused_chat_shows_vapis_words_beside_the_message(as_user, owner, bakery, vapi, connected):
    assistant = AssistantFactory(organization=bakery)
    vapi.fail(httpx2.Response(418, json={"message": "Ask <later>."}))
    page = as_user(owner).post(f"/fr/o/bakery/assistants/{assistant.id}/preview/chat", {"text": "Bonjour"})
    assert '<bdi lang="en">Ask &lt;later&gt;.</bdi>' in page.content.decode()


@pytest.mark.parametrize(
    "content",
    [r'"\ud800 Bonjour"', r'"\u0000 Bonjour"', r'"\u202e Bonjour"'],
    ids=["half", "NUL", "direction"],
)
def test_chat_of_unprintable_characters_is_shown_without_them(
    as_user, owner, bakery, vapi, connected, content
):
    assistant = AssistantFactory(organization=bakery)
    answer = f'{{"id": "chat-1", "output": [{{"role": "assistant", "content": {content}}}]}}'
    vapi.fail(httpx2.Response(201, content=answer.encode()))
    page = as_user(owner).post(f"/fr/o/bakery/assistants/{assistant.id}/preview/chat", {"text": "Bonjour"})
    assert page.status_code == 200
    assert "\ufffd Bonjour" in page.content.decode()


@pytest.mark.parametrize(
    "created_at", ["2026-11-20T08:00:00.000Z", "soon", "2026-11-20T08:00:00", "0001-01-01T00:00:00+23:59", 7]
)
def test_list_without_an_end_is_no_loop_and_no_second_copy(vapi, waiting, run_tasks, created_at):
    page = [{"id": f"other-{number}", "createdAt": created_at} for number in range(PAGE)]
    full = httpx2.Response(200, content=json.dumps(page).encode())
    vapi.fail(full, times=MOST_PAGES)
    synchronize(waiting, run_tasks)
    assert waiting.sync_problem == Problem.UNREADABLE_ANSWER
    assert len(vapi.requests) <= 2
    assert vapi.sent("POST") == []

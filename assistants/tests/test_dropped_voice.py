"""An assistant whose voice or language this release no longer has: pages ask for another, Vapi keeps what it has."""

import re

import pytest

from assistants.models import Assistant
from assistants.problems import Reason
from assistants.sync import drift, services
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory, typed_into
from assistants.tests.vapi import payload_of

pytestmark = pytest.mark.django_db

PATH = "/fr/o/bakery/assistants"
DROPPED = pytest.mark.parametrize("column", ["voice", "language"])


@pytest.fixture
def assistant(connected, vapi, bakery) -> Assistant:
    made = AssistantFactory(organization=bakery, name="Léa", vapi_id="mine")
    vapi.assistants["mine"] = {"id": "mine", **payload_of(made)}
    return made


def drop(assistant: Assistant, column: str) -> None:
    Assistant.objects.filter(pk=assistant.pk).update(**{column: "zz"})
    assistant.refresh_from_db()


def at_vapi(assistant: Assistant) -> tuple[str, str]:
    assistant.refresh_from_db()
    return assistant.sync_state, assistant.sync_problem


@pytest.mark.parametrize("page", ["", "/{id}", "/{id}/edit"], ids=["list", "assistant", "form"])
def test_pages_ask_for_a_voice(assistant, as_user, owner, page):
    drop(assistant, "voice")
    answer = as_user(owner).get(PATH + page.format(id=assistant.id))
    assert answer.status_code == 200
    assert "Choisissez une voix" in answer.content.decode()


@DROPPED
def test_form_chooses_nothing_in_its_place_and_takes_another(assistant, as_user, owner, column, run_tasks):
    drop(assistant, column)
    client = as_user(owner)
    page = client.get(f"{PATH}/{assistant.id}/edit").content.decode()
    field = page[page.index(f'id="id_{column}"') :].split("</select>")[0]
    assert re.search(r'<option value=""', field)
    assert " selected" not in field
    unchanged = typed_into(assistant)
    assert client.post(f"{PATH}/{assistant.id}/edit", unchanged).status_code == 422
    chosen = unchanged | {"voice": "fr-henri", "language": "fr"}
    assert client.post(f"{PATH}/{assistant.id}/edit", chosen).status_code == 302
    run_tasks()
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")


@DROPPED
def test_vapi_keeps_the_copy_until_another_is_chosen(assistant, vapi, as_user, owner, column):
    drop(assistant, column)
    Assistant.objects.mark_pending()
    services.synchronize(assistant.pk, last=False)
    assert at_vapi(assistant) == (SyncState.OUT_OF_STEP, Reason.NO_VOICE)
    assert vapi.requests == []
    page = as_user(owner).get(f"{PATH}/{assistant.id}").content.decode()
    assert "La voix ou la langue n’est plus proposée" in page


@DROPPED
def test_comparison_says_so_too(assistant, run_tasks, column):
    drop(assistant, column)
    drift.compare_assistants.call()
    run_tasks()
    assert at_vapi(assistant) == (SyncState.OUT_OF_STEP, Reason.NO_VOICE)


@DROPPED
def test_it_is_tried_duplicated_and_deleted_as_any_other(assistant, vapi, as_user, owner, run_tasks, column):
    drop(assistant, column)
    client = as_user(owner)
    assert client.get(f"{PATH}/{assistant.id}/preview").status_code == 200
    assert client.post(f"{PATH}/{assistant.id}/duplicate").status_code == 302
    run_tasks()
    copy = Assistant.objects.exclude(pk=assistant.pk).get()
    assert at_vapi(copy) == (SyncState.OUT_OF_STEP, Reason.NO_VOICE)
    client.post(f"{PATH}/{assistant.id}/delete")
    run_tasks()
    assert not Assistant.objects.filter(pk=assistant.pk).exists()
    assert vapi.assistants == {}


def test_set_up_shows_it(newcomer, as_user):
    made = AssistantFactory(organization=newcomer.memberships.get().organization)
    drop(made, "voice")
    for query in ("", "?change=1"):
        page = as_user(newcomer).get(f"/fr/onboarding/assistant{query}")
        assert "Choisissez une voix" in page.content.decode()

"""Changes made at Vapi are noticed, shown, and overwritten on request."""

import pytest

from assistants.models import Assistant
from assistants.problems import Reason
from assistants.services import repair_assistant
from assistants.sync import drift
from assistants.sync.drift import compare_assistant
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory
from assistants.tests.vapi import payload_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def assistant(connected, vapi, bakery) -> Assistant:
    made = AssistantFactory(organization=bakery, vapi_id="mine")
    vapi.assistants["mine"] = {"id": "mine", **payload_of(made)}
    return made


def compare_all(run_tasks) -> None:
    drift.compare_assistants.call()
    run_tasks()


def at_vapi(assistant: Assistant) -> tuple[str, str]:
    assistant.refresh_from_db()
    return assistant.sync_state, assistant.sync_problem


def test_unchanged_copy_stays_in_step(assistant, run_tasks):
    compare_all(run_tasks)
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")


def test_changed_copy_is_out_of_step_and_named(assistant, vapi, run_tasks, as_user, owner):
    vapi.only["firstMessage"] = "Buy now!"
    vapi.only["name"] = "Other"
    compare_all(run_tasks)
    assert at_vapi(assistant) == (SyncState.OUT_OF_STEP, Reason.CHANGED)
    assert assistant.drift == ["name", "first_message"]
    page = as_user(owner).get(f"/fr/o/bakery/assistants/{assistant.id}").content.decode()
    assert "Changement fait chez Vapi" in page
    assert "Buy now!" in page
    assert vapi.sent("PATCH") == []


def test_repair_sends_ours_again(assistant, vapi, run_tasks, owner):
    vapi.only["firstMessage"] = "Buy now!"
    compare_all(run_tasks)
    actor = owner.memberships.select_related("organization").get()
    repair_assistant(actor=actor, assistant_id=assistant.id)
    run_tasks()
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")
    assert vapi.only["firstMessage"] == assistant.first_message


def test_vanished_copy_is_lost(assistant, vapi, run_tasks):
    vapi.assistants.clear()
    compare_all(run_tasks)
    assert at_vapi(assistant) == (SyncState.OUT_OF_STEP, Reason.LOST)


@pytest.mark.parametrize("refusal", [401, 429, 500])
def test_vapi_that_does_not_answer_says_nothing_of_drift(assistant, vapi, run_tasks, refusal):
    vapi.fail(refusal)
    compare_all(run_tasks)
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")


def test_change_here_during_the_look_is_no_drift(assistant, vapi):
    vapi.only["name"] = "Other"
    vapi.meanwhile = lambda: Assistant.objects.update(revision=2, sync_state=SyncState.PENDING, name="Mine")
    compare_assistant.call(str(assistant.id))
    assert at_vapi(assistant) == (SyncState.PENDING, "")


def test_without_a_connection_nothing_is_compared(assistant, vapi, connected, run_tasks):
    connected.delete()
    compare_all(run_tasks)
    assert (at_vapi(assistant), vapi.requests) == ((SyncState.IN_STEP, ""), [])

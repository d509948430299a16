"""Copies that an earlier release sent are sent again once, a few at a time, and are no drift meanwhile."""

import pytest

from assistants.models import PAYLOAD_VERSION, Assistant
from assistants.sync import drift, renewal
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory
from assistants.tests.vapi import payload_of
from connections.models import VapiConnection

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(connected, vapi, bakery) -> list[Assistant]:
    """Three copies that were sent without a monitor plan."""
    made = AssistantFactory.create_batch(3, organization=bakery, payload_version=PAYLOAD_VERSION - 1)
    for each in made:
        payload = {name: value for name, value in payload_of(each).items() if name != "monitorPlan"}
        vapi.assistants[each.vapi_id] = {"id": each.vapi_id, **payload}
    return made


def renew(run_tasks) -> None:
    renewal.renew_copies.call()
    run_tasks()


def test_old_copies_are_sent_again_once(old, vapi, run_tasks):
    renew(run_tasks)
    assert all(each["monitorPlan"]["listenEnabled"] is False for each in vapi.assistants.values())
    assert {each.sync_state for each in Assistant.objects.all()} == {SyncState.IN_STEP}
    assert len(vapi.requests) == 3
    renew(run_tasks)
    assert len(vapi.requests) == 3


def test_a_few_are_sent_at_a_time_and_the_answering_one_first(old, vapi, run_tasks, monkeypatch):
    monkeypatch.setattr(renewal, "BATCH", 1)
    Assistant.objects.filter(pk=old[2].pk).update(answers_calls=True)
    renew(run_tasks)
    assert vapi.sent("PATCH") == [f"/assistant/{old[2].vapi_id}"]
    renew(run_tasks)
    assert len(vapi.sent("PATCH")) == 2


def test_old_copy_is_not_said_to_be_changed_at_vapi(old, vapi, run_tasks):
    drift.compare_assistants.call()
    run_tasks()
    assert {each.sync_state for each in Assistant.objects.all()} == {SyncState.IN_STEP}


def test_listening_switched_on_at_vapi_is_drift(connected, vapi, bakery, run_tasks):
    made = AssistantFactory(organization=bakery)
    copy = {"id": made.vapi_id, **payload_of(made)}
    vapi.assistants[made.vapi_id] = copy | {"monitorPlan": {**copy["monitorPlan"], "listenEnabled": True}}
    drift.compare_assistants.call()
    run_tasks()
    made.refresh_from_db()
    assert (made.sync_state, made.drift) == (SyncState.OUT_OF_STEP, ["settings"])


def test_nothing_is_sent_where_vapi_refuses_the_key(old, vapi, run_tasks):
    VapiConnection.objects.update(state="failing", problem="vapi_key", failing_since="2026-11-01T00:00Z")
    renew(run_tasks)
    assert vapi.requests == []

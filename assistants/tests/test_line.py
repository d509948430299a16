"""Vapi's number points at the assistant that answers it, also after that changes."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assistants.models import Assistant, Line
from assistants.problems import Reason
from assistants.services import (
    choose_answering,
    create_assistant,
    delete_assistant,
    repair_assistant,
)
from assistants.sync.mirrored import SyncState
from assistants.sync.phone_number import request_line
from assistants.sync.services import synchronize_assistant
from assistants.tests.factories import AssistantFactory, data_of
from connections.enums import NumberState
from connections.models import TwilioConnection
from connections.phone_number import number_imported
from connections.problems import Problem
from connections.services import disconnect
from connections.tests.factories import TwilioConnectionFactory
from core.queue.retry import MAX_ATTEMPTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(owner):
    return owner.memberships.select_related("organization").get()


@pytest.fixture
def number(connected, bakery) -> TwilioConnection:
    """The bakery's number, which Vapi has as `number-1`."""
    return TwilioConnectionFactory(
        organization=bakery, vapi_number_id="number-1", number_state=NumberState.IN_STEP
    )


def make(actor, **changes: str) -> Assistant:
    return create_assistant(actor=actor, data=data_of(**changes))


def answers(vapi) -> str | None:
    found: str | None = vapi.numbers["number-1"].get("assistantId")
    return found


def line_of(actor) -> tuple[str, str]:
    line = Line.objects.get(organization=actor.organization)
    return line.sync_state, line.sync_problem


def test_first_assistant_answers_once_it_is_made(number, vapi, actor, run_tasks):
    first, second = make(actor), make(actor, name="Hugo")
    run_tasks()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.answers_calls, second.answers_calls) == (True, False)
    assert answers(vapi) == first.vapi_id
    assert line_of(actor) == (SyncState.IN_STEP, "")


def test_creating_the_first_assistant_enqueues_its_own_task_alone(number, vapi, actor):
    make(actor)
    assert list(DBTaskResult.objects.values_list("task_path", flat=True)) == [
        synchronize_assistant.module_path
    ]
    assert line_of(actor) == (SyncState.PENDING, "")


def test_line_without_a_number_says_so_before_vapi_is_connected(vapi, actor, run_tasks):
    make(actor)
    assert line_of(actor) == (SyncState.PENDING, Reason.NO_NUMBER)
    run_tasks()
    assert line_of(actor) == (SyncState.PENDING, Reason.NO_NUMBER)


def test_number_that_comes_later_is_told(connected, vapi, actor, bakery, run_tasks):
    first = make(actor)
    run_tasks()
    assert line_of(actor) == (SyncState.PENDING, Reason.NO_NUMBER)
    TwilioConnectionFactory(organization=bakery, vapi_number_id="number-1", number_state=NumberState.IN_STEP)
    number_imported.send(sender=TwilioConnection, organization=bakery)
    run_tasks()
    first.refresh_from_db()
    assert answers(vapi) == first.vapi_id


def test_another_choice_is_told(number, vapi, actor, run_tasks):
    make(actor)
    other = make(actor, name="Hugo")
    run_tasks()
    choose_answering(actor=actor, assistant_id=other.id)
    run_tasks()
    other.refresh_from_db()
    assert answers(vapi) == other.vapi_id
    before = len(vapi.requests)
    choose_answering(actor=actor, assistant_id=other.id)
    run_tasks()
    assert len(vapi.requests) == before


def test_deleted_assistant_is_taken_off_the_number(number, vapi, actor, run_tasks):
    first = make(actor)
    run_tasks()
    delete_assistant(actor=actor, assistant_id=first.id)
    run_tasks()
    assert answers(vapi) is None
    assert (vapi.assistants, line_of(actor)) == ({}, (SyncState.IN_STEP, ""))


def test_recreated_copy_answers_instead(number, vapi, actor, run_tasks):
    first = make(actor)
    run_tasks()
    vapi.assistants.clear()
    Assistant.objects.update(sync_state=SyncState.OUT_OF_STEP, sync_problem=Reason.LOST)
    repair_assistant(actor=actor, assistant_id=first.id)
    run_tasks()
    assert answers(vapi) == vapi.only["id"]


@pytest.mark.parametrize(
    ("refusal", "problem"), [(500, Problem.DOWN), (429, Problem.RATE_LIMITED)], ids=["500", "429"]
)
def test_what_passes_is_tried_again(number, vapi, actor, run_tasks, bakery, refusal, problem):
    AssistantFactory(organization=bakery, answers_calls=True, vapi_id="mine")
    request_line(bakery.pk)
    vapi.fail(refusal)
    run_tasks(failures=True)
    assert line_of(actor) == (SyncState.PENDING, problem)
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    run_tasks(failures=True)
    assert (answers(vapi), line_of(actor)) == ("mine", (SyncState.IN_STEP, ""))


def test_what_never_passes_is_shown_and_repaired(number, vapi, actor, run_tasks, bakery, as_user, owner):
    assistant = AssistantFactory(organization=bakery, answers_calls=True, vapi_id="mine")
    request_line(bakery.pk)
    vapi.fail(500, times=MAX_ATTEMPTS)
    for _ in range(MAX_ATTEMPTS):
        run_tasks(failures=True)
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    assert line_of(actor) == (SyncState.OUT_OF_STEP, Problem.DOWN)
    path = f"/fr/o/bakery/assistants/{assistant.id}"
    client = as_user(owner)
    assert f"{path}/repair" in client.get(path).content.decode()
    client.post(f"{path}/repair")
    run_tasks(failures=True)
    assert (answers(vapi), line_of(actor)) == ("mine", (SyncState.IN_STEP, ""))


def test_cut_vapi_leaves_the_line_waiting(number, vapi, actor, run_tasks):
    make(actor)
    run_tasks()
    disconnect(actor=actor, provider="vapi")
    assert line_of(actor) == (SyncState.PENDING, Reason.NOT_CONNECTED)


def test_cut_twilio_leaves_the_assistant_in_step(number, vapi, actor, run_tasks):
    first = make(actor)
    run_tasks()
    disconnect(actor=actor, provider="twilio")
    run_tasks()
    first.refresh_from_db()
    assert first.sync_state == SyncState.IN_STEP
    assert line_of(actor) == (SyncState.PENDING, Reason.NO_NUMBER)


def test_database_lets_one_answer_at_most(bakery):
    AssistantFactory(organization=bakery, answers_calls=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        AssistantFactory(organization=bakery, answers_calls=True)

"""An account that works again: what waited for it is sent at once; and one that fails is known to at once."""

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assistants.models import Assistant, Line
from assistants.sync.mirrored import SyncState
from assistants.sync.phone_number import synchronize_line
from assistants.sync.services import synchronize_assistant
from assistants.tests.factories import AssistantFactory
from connections.enums import ConnectionState, NumberState
from connections.health.checks import check, check_connection
from connections.models import TwilioConnection, VapiConnection
from connections.problems import Problem
from connections.tests.factories import TwilioConnectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def failing(connected, vapi, bakery) -> VapiConnection:
    """The key was refused; so were an assistant, the line and the number that were sent meanwhile."""
    TwilioConnectionFactory(
        organization=bakery,
        vapi_number_id="number-1",
        number_state=NumberState.IN_STEP,
    )
    refused = {"sync_state": SyncState.OUT_OF_STEP, "sync_problem": Problem.VAPI_KEY}
    made = AssistantFactory(organization=bakery, answers_calls=True, vapi_id="", **refused)
    Line.objects.create(organization=bakery, **refused)
    AssistantFactory(
        organization=bakery, sync_state=SyncState.OUT_OF_STEP, sync_problem=Problem.REJECTED, vapi_id="other"
    )
    VapiConnection.objects.update(
        state=ConnectionState.FAILING, problem=Problem.VAPI_KEY, failing_since=timezone.now()
    )
    assert made.pk
    return VapiConnection.objects.get()


def states() -> dict[str, str]:
    return dict(Assistant.objects.values_list("vapi_id", "sync_state"))


def test_check_that_succeeds_sends_what_waited(failing, vapi, run_tasks):
    check(failing)
    run_tasks()
    answering = Assistant.objects.get(answers_calls=True)
    assert (answering.sync_state, answering.sync_problem) == (SyncState.IN_STEP, "")
    assert vapi.numbers["number-1"]["assistantId"] == answering.vapi_id
    assert Line.objects.get().sync_state == SyncState.IN_STEP


def test_what_failed_for_another_reason_waits_for_its_user(failing, vapi, run_tasks):
    check(failing)
    run_tasks()
    assert states()["other"] == SyncState.OUT_OF_STEP


def test_check_of_a_working_account_sends_nothing(connected, vapi, bakery, run_tasks):
    AssistantFactory(organization=bakery, sync_state=SyncState.OUT_OF_STEP, sync_problem=Problem.VAPI_KEY)
    check(connected)
    assert not DBTaskResult.objects.filter(task_path=synchronize_assistant.module_path).exists()


def test_refused_import_is_tried_again(failing, vapi, run_tasks):
    TwilioConnection.objects.update(
        number_state=NumberState.OUT_OF_STEP, number_problem=Problem.VAPI_KEY, vapi_number_id=""
    )
    check(failing)
    run_tasks()
    twilio = TwilioConnection.objects.get()
    assert (twilio.number_state, twilio.vapi_number_id) == (NumberState.IN_STEP, "number-1")


def test_refused_sync_has_the_account_checked_at_once(connected, vapi, bakery, run_tasks):
    assistant = AssistantFactory(organization=bakery, waiting=True)
    synchronize_assistant.enqueue(str(assistant.id))
    vapi.fail(401, times=3)
    run_tasks()
    assistant.refresh_from_db()
    assert assistant.sync_problem == Problem.VAPI_KEY
    connected.refresh_from_db()
    assert (connected.state, connected.problem) == (ConnectionState.FAILING, Problem.VAPI_KEY)


def test_refused_line_has_the_account_checked_at_once(connected, vapi, bakery, run_tasks):
    TwilioConnectionFactory(organization=bakery, vapi_number_id="number-1", number_state=NumberState.IN_STEP)
    AssistantFactory(organization=bakery, answers_calls=True, vapi_id="mine")
    Line.objects.create(organization=bakery)
    synchronize_line.enqueue(str(bakery.pk))
    vapi.fail(401, times=3)
    run_tasks()
    connected.refresh_from_db()
    assert connected.state == ConnectionState.FAILING


def test_account_that_is_known_to_fail_is_not_checked_for_each_assistant(failing, vapi, bakery, run_tasks):
    assistant = AssistantFactory(organization=bakery, waiting=True)
    synchronize_assistant.enqueue(str(assistant.id))
    vapi.fail(401, times=3)
    run_tasks()
    assert not DBTaskResult.objects.filter(task_path=check_connection.module_path).exists()


def test_failed_check_names_the_cause_once_and_what_to_do_in_the_card(failing, vapi, as_user, owner):
    vapi.fail(401, times=3)
    page = as_user(owner).post("/en/o/bakery/connections/vapi/check", follow=True).content.decode()
    toast = page.partition('class="toast')[2]
    assert "The check found a problem with Vapi." in toast
    assert page.count("Vapi refused this key.") == 1
    assert "What to do" in page.partition('id="vapi"')[2].partition("</section>")[0]

"""The copy at Vapi follows the row, whatever fails in between."""

import uuid
from datetime import timedelta
from typing import cast

import httpx2
import pytest
import time_machine
from django.conf import settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assistants.conflicts import digests_of
from assistants.models import Assistant, AssistantData, values_of
from assistants.problems import Reason
from assistants.services import create_assistant, delete_assistant, edit_assistant, repair_assistant
from assistants.sync import services
from assistants.sync.lease import LeasedError, acquire_lease
from assistants.sync.mirrored import SyncState
from assistants.sync.payloads import METADATA_KEY
from assistants.tests.factories import AssistantFactory, connect_to_vapi, data_of
from assistants.tests.vapi import LOST, payload_of
from connections.problems import Problem
from connections.services import disconnect
from core.queue.retry import MAX_ATTEMPTS
from organizations.models import Membership

pytestmark = pytest.mark.django_db

HTML = httpx2.Response(200, text="<html>maintenance</html>")
# Failures that pass by themselves.
PASSING = pytest.mark.parametrize(
    ("refusal", "problem"),
    [
        (500, Problem.DOWN),
        (503, Problem.DOWN),
        (429, Problem.RATE_LIMITED),
        (httpx2.ConnectError("refused"), Problem.DOWN),
        (httpx2.ReadTimeout("hangs"), Problem.SLOW),
        (HTML, Problem.UNREADABLE_ANSWER),
        (httpx2.Response(201, json={"name": "no id"}), Problem.UNREADABLE_ANSWER),
    ],
    ids=["500", "503", "429", "refused", "hangs", "html", "no-id"],
)
LASTING = pytest.mark.parametrize(
    ("refusal", "problem"),
    [
        (400, Problem.REFUSED),
        (401, Problem.VAPI_KEY),
        (402, Problem.VAPI_NO_CREDIT),
        (403, Problem.FORBIDDEN),
    ],
)


@pytest.fixture
def actor(owner) -> Membership:
    return owner.memberships.select_related("organization").get()


@pytest.fixture
def make(actor, vapi):
    """Create an assistant as a user does."""

    def make(**changes: str) -> Assistant:
        return create_assistant(actor=actor, data=data_of(**changes))

    return make


def at_vapi(assistant: Assistant) -> tuple[str, str]:
    assistant.refresh_from_db()
    return assistant.sync_state, assistant.sync_problem


def edit(actor: Membership, assistant: Assistant, **changes: str) -> None:
    assistant.refresh_from_db()
    values = values_of(assistant)
    data, seen = cast("AssistantData", {**values, **changes}), digests_of(values)
    edit_assistant(actor=actor, assistant_id=assistant.id, data=data, seen=seen)


def wait_for_the_next_attempt() -> None:
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())


# Creating


def test_new_assistant_is_made_at_vapi_as_it_is_here(connected, vapi, make, run_tasks):
    assistant = make()
    assert at_vapi(assistant) == (SyncState.PENDING, "")
    assert vapi.requests == []
    run_tasks()
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")
    assert vapi.only == vapi.only | payload_of(assistant) | {"id": assistant.vapi_id}
    assert assistant.synced_revision == assistant.revision


def test_without_a_connection_it_waits_and_says_so(make, run_tasks, vapi, bakery):
    assistant = make()
    run_tasks()
    assert at_vapi(assistant) == (SyncState.PENDING, Reason.NOT_CONNECTED)
    assert vapi.requests == []


def test_what_waited_goes_out_once_vapi_is_connected(make, run_tasks, vapi, bakery, resume):
    assistant = make()
    run_tasks()
    connect_to_vapi(bakery)
    resume()
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")


@pytest.mark.variants
@PASSING
def test_what_passes_is_tried_again_by_itself(connected, vapi, make, run_tasks, refusal, problem):
    assistant = make()
    vapi.fail(refusal, times=2)
    for _ in range(2):
        run_tasks(failures=True)
        assert at_vapi(assistant) == (SyncState.PENDING, problem)
        wait_for_the_next_attempt()
    run_tasks(failures=True)
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")
    assert len(vapi.assistants) == 1


def test_after_the_last_attempt_it_is_out_of_step_and_says_why(connected, vapi, make, run_tasks):
    assistant = make()
    vapi.fail(500, times=MAX_ATTEMPTS)
    for _ in range(MAX_ATTEMPTS):
        run_tasks(failures=True)
        wait_for_the_next_attempt()
    assert at_vapi(assistant) == (SyncState.OUT_OF_STEP, Problem.DOWN)


@pytest.mark.variants
@LASTING
def test_what_does_not_pass_is_out_of_step_at_once(connected, vapi, make, run_tasks, refusal, problem):
    assistant = make()
    vapi.fail(refusal)
    run_tasks()
    assert at_vapi(assistant) == (SyncState.OUT_OF_STEP, problem)
    assert len(vapi.requests) <= 2  # the second one checks the account


def test_lost_answer_leaves_one_copy(connected, vapi, make, run_tasks):
    """As if the worker was killed after Vapi's answer and before our commit."""
    assistant = make()
    vapi.fail(None)  # the search for a copy
    vapi.fail(LOST)
    run_tasks(failures=True)
    assert (len(vapi.assistants), at_vapi(assistant)) == (1, (SyncState.PENDING, Problem.SLOW))
    wait_for_the_next_attempt()
    run_tasks(failures=True)
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")
    assert vapi.only["id"] == assistant.vapi_id


def test_worker_killed_between_answer_and_commit_leaves_one_copy(
    connected, vapi, make, run_tasks, monkeypatch
):
    assistant = make()

    def die(*args, **outcome):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("assistants.sync.services.save_outcome", die)
        with pytest.raises(KeyboardInterrupt):
            services.synchronize(assistant.id, last=False)
    assert len(vapi.assistants) == 1
    assert at_vapi(assistant) == (SyncState.PENDING, "")
    with pytest.raises(LeasedError):
        services.synchronize(assistant.id, last=False)
    Assistant.objects.update(held_until=timezone.now())  # the lease of the killed worker ended
    run_tasks()
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")
    assert vapi.only["id"] == assistant.vapi_id


def test_lost_copy_is_found_among_many(connected, vapi, run_tasks):
    assistant = AssistantFactory(organization=connected.organization, waiting=True)
    vapi.assistants["mine"] = {
        "id": "mine",
        "createdAt": "2026-01-01T00:00:00+00:00",
        **payload_of(assistant),
    }
    vapi.crowd(60)
    services.synchronize(assistant.id, last=False)
    assert (at_vapi(assistant), assistant.vapi_id) == ((SyncState.IN_STEP, ""), "mine")
    assert len(vapi.sent("GET")) == 3


def test_copy_of_another_row_is_left_alone(connected, vapi, run_tasks):
    assistant, other = (AssistantFactory(organization=connected.organization, waiting=True) for _ in range(2))
    services.synchronize(other.id, last=False)
    services.synchronize(assistant.id, last=False)
    assert {each["metadata"][METADATA_KEY] for each in vapi.assistants.values()} == {
        str(assistant.id),
        str(other.id),
    }


# Changing


def test_change_is_sent_to_the_same_copy(connected, vapi, make, run_tasks, actor):
    assistant = make()
    run_tasks()
    edit(actor, assistant, name="Hugo", voice="fr-henri")
    assert at_vapi(assistant) == (SyncState.PENDING, "")
    run_tasks()
    assert (vapi.only["name"], vapi.only["voice"]["voiceId"]) == ("Hugo", "fr-FR-HenriNeural")
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")


def test_change_during_the_request_is_sent_as_well(connected, vapi, make, run_tasks, actor):
    assistant = make()
    vapi.fail(None)
    vapi.meanwhile = lambda: edit(actor, assistant, name="Hugo")
    run_tasks()
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")
    assert vapi.only["name"] == "Hugo"


def test_refusal_of_what_was_changed_meanwhile_is_not_the_last_word(connected, vapi, make, run_tasks, actor):
    assistant = make()
    run_tasks()
    edit(actor, assistant, prompt="…")
    vapi.fail(400)
    vapi.meanwhile = lambda: edit(actor, assistant, name="Hugo")
    run_tasks()
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")
    assert vapi.only["name"] == "Hugo"


@pytest.mark.parametrize("status", [429, 503])
def test_vapi_is_not_asked_again_before_the_time_it_named(connected, vapi, make, run_tasks, status):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        make()
        vapi.fail(httpx2.Response(status, headers={"Retry-After": "120"}))
        run_tasks(failures=True)
    asked = len(vapi.requests)
    with time_machine.travel(start + timedelta(seconds=119), tick=False):
        run_tasks(failures=True)
    assert len(vapi.requests) == asked
    with time_machine.travel(start + timedelta(seconds=121), tick=False):
        run_tasks(failures=True)
    assert Assistant.objects.get().sync_state == SyncState.IN_STEP


def test_nothing_changed_sends_nothing(connected, vapi, actor, run_tasks):
    assistant = AssistantFactory(organization=connected.organization)
    edit(actor, assistant)
    run_tasks()
    assert vapi.requests == []


def test_copy_that_is_gone_is_out_of_step_until_repaired(connected, vapi, make, run_tasks, actor):
    assistant = make()
    run_tasks()
    vapi.assistants.clear()
    edit(actor, assistant, name="Hugo")
    run_tasks()
    assert at_vapi(assistant) == (SyncState.OUT_OF_STEP, Reason.LOST)
    repair_assistant(actor=actor, assistant_id=assistant.id)
    run_tasks()
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")
    assert (vapi.only["name"], vapi.only["id"]) == ("Hugo", assistant.vapi_id)


# One at a time


def test_second_task_for_a_row_comes_back_later(connected, vapi, make):
    assistant = make()
    lease = acquire_lease(Assistant.objects.all(), assistant.id)
    assert lease is not None
    with pytest.raises(LeasedError):
        services.synchronize(assistant.id, last=False)
    assert vapi.requests == []


def test_task_that_lost_its_row_makes_nothing(connected, vapi, make, run_tasks):
    """It took longer than its lease, and another task took the row."""
    assistant = make()

    def overtake():
        Assistant.objects.update(held_until=timezone.now() - timedelta(seconds=1))
        services.synchronize(assistant.id, last=False)

    vapi.meanwhile = overtake  # while the first looks for a copy
    with pytest.raises(LeasedError):
        services.synchronize(assistant.id, last=False)
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")
    assert len(vapi.assistants) == 1


def test_task_that_comes_twice_asks_nothing_the_second_time(connected, vapi, make, run_tasks):
    assistant = make()
    run_tasks()
    before = len(vapi.requests)
    services.synchronize(assistant.id, last=False)
    assert len(vapi.requests) == before


# Deleting


def test_deleting_goes_through_vapi(connected, vapi, make, run_tasks, actor):
    assistant = make()
    run_tasks()
    delete_assistant(actor=actor, assistant_id=assistant.id)
    assert at_vapi(assistant)[0] == SyncState.DELETING
    run_tasks()
    assert vapi.assistants == {}
    assert not Assistant.objects.exists()


def test_deleting_what_is_gone_at_vapi_is_done(connected, vapi, make, run_tasks, actor):
    assistant = make()
    run_tasks()
    vapi.assistants.clear()
    delete_assistant(actor=actor, assistant_id=assistant.id)
    run_tasks()
    assert not Assistant.objects.exists()


def test_deleting_before_it_was_made_leaves_nothing_at_vapi(connected, vapi, make, run_tasks, actor):
    assistant = make()
    vapi.fail(None)
    vapi.meanwhile = lambda: delete_assistant(actor=actor, assistant_id=assistant.id)
    run_tasks()
    assert (vapi.assistants, Assistant.objects.count()) == ({}, 0)


def test_pinned_assistant_stays_and_says_why(connected, vapi, make, run_tasks, actor):
    assistant = make()
    run_tasks()
    delete_assistant(actor=actor, assistant_id=assistant.id)
    vapi.fail(409)
    run_tasks()
    assert at_vapi(assistant) == (SyncState.OUT_OF_STEP, Problem.PINNED)


@pytest.mark.variants
@PASSING
def test_deleting_survives_what_passes(connected, vapi, make, run_tasks, actor, refusal, problem):
    assistant = make()
    run_tasks()
    delete_assistant(actor=actor, assistant_id=assistant.id)
    if problem != Problem.UNREADABLE_ANSWER:
        vapi.fail(refusal)
        run_tasks(failures=True)
        assert at_vapi(assistant) == (SyncState.DELETING, problem)
        wait_for_the_next_attempt()
    run_tasks(failures=True)
    assert not Assistant.objects.exists()


def test_deleting_without_a_connection_deletes_the_row(make, run_tasks, actor, vapi):
    assistant = make()
    delete_assistant(actor=actor, assistant_id=assistant.id)
    run_tasks()
    assert (Assistant.objects.count(), vapi.requests) == (0, [])


# The account


def test_cut_account_leaves_assistants_waiting(connected, vapi, make, run_tasks, actor):
    assistant, doomed = make(), make(name="Hugo")
    run_tasks()
    delete_assistant(actor=actor, assistant_id=doomed.id)
    disconnect(actor=actor, provider="vapi")
    run_tasks()
    assert at_vapi(assistant) == (SyncState.PENDING, Reason.NOT_CONNECTED)
    assert list(Assistant.objects.all()) == [assistant]


def test_next_account_finds_the_copies_it_has(connected, vapi, make, run_tasks, actor, resume):
    assistant = make()
    run_tasks()
    disconnect(actor=actor, provider="vapi")
    connect_to_vapi(actor.organization)
    resume()
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")
    assert vapi.only["id"] == assistant.vapi_id


def test_refused_key_heals_with_the_next_one(connected, vapi, make, run_tasks, resume):
    assistant = make()
    vapi.fail(401)
    run_tasks()
    resume()
    assert at_vapi(assistant) == (SyncState.OUT_OF_STEP, Problem.VAPI_KEY)
    connected.renew(at=timezone.now())
    connected.save()
    resume()
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")


def test_what_no_task_comes_for_is_sent_after_all(connected, vapi, resume):
    long_ago = timezone.now() - timedelta(minutes=20)
    assistant = AssistantFactory(organization=connected.organization, waiting=True, changed_at=long_ago)
    fresh = AssistantFactory(organization=connected.organization, waiting=True)
    resume()
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")
    assert at_vapi(fresh) == (SyncState.PENDING, "")


def test_connecting_vapi_sends_what_waited_at_once(as_user, owner, bakery, sandbox, run_tasks):
    assistant = AssistantFactory(organization=bakery, waiting=True, sync_problem="not_connected")
    Assistant.objects.filter(id=assistant.id).update(held_until=timezone.now())
    key = f"{settings.SANDBOX_VAPI_KEY}-at-once"
    path = "/fr/o/bakery/connections/vapi"
    assert as_user(owner).post(path, {"region": "sandbox", "private_key": key}).status_code == 302
    run_tasks()
    assistant.refresh_from_db()
    assert assistant.sync_state == SyncState.IN_STEP
    assert assistant.vapi_id


# A clock that was two hours fast and came back.


def test_lease_of_a_fast_clock_is_over(connected, vapi, resume):
    fast = timezone.now() + timedelta(hours=2)
    assistant = AssistantFactory(
        organization=connected.organization,
        waiting=True,
        changed_at=fast,
        held_by=uuid.uuid4(),
        held_until=fast,
    )
    services.synchronize(assistant.id, last=False)
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")


@pytest.mark.parametrize("held", [False, True])
def test_what_a_fast_clock_dated_is_not_forgotten(connected, vapi, resume, held):
    fast = timezone.now() + timedelta(hours=2)
    assistant = AssistantFactory(
        organization=connected.organization, waiting=True, changed_at=fast, held_until=fast if held else None
    )
    resume()
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")


def test_failure_under_a_fast_clock_is_tried_again(connected, vapi, resume):
    fast = timezone.now() + timedelta(hours=2)
    assistant = AssistantFactory(
        organization=connected.organization,
        waiting=True,
        sync_state=SyncState.OUT_OF_STEP,
        sync_problem=Problem.DOWN,
        held_until=fast,
        changed_at=fast,
    )
    type(connected).objects.update(connected_at=timezone.now() - timedelta(days=1))
    resume()
    assert at_vapi(assistant) == (SyncState.IN_STEP, "")


def test_a_small_difference_between_two_machines_breaks_no_lease(connected, make):
    assistant = make()
    ahead = timezone.now() + timedelta(
        seconds=90
    )  # a lease of 60 s, taken by a machine whose clock is 30 s fast
    Assistant.objects.filter(id=assistant.id).update(held_by=uuid.uuid4(), held_until=ahead)
    with pytest.raises(LeasedError):
        acquire_lease(Assistant.objects.all(), assistant.id)

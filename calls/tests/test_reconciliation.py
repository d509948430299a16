"""The sweep adds calls that no message told of, ends those that hang, and takes nothing of another tenant."""

from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
import time_machine
from django.utils import timezone

from assistants.models import Assistant
from assistants.tests.factories import AssistantFactory
from calls.models import Call, Sweep, WebhookMessage
from calls.reconciliation import services
from calls.tests.factories import CallFactory
from calls.tests.messages import ASSISTANT_ID, BEGIN, CALL_ID, ending, listed, report, status_update, time_of
from connections.models import VapiConnection
from connections.tests.factories import TwilioConnectionFactory
from connections.vapi import call_list

pytestmark = pytest.mark.django_db

NOW = BEGIN + timedelta(hours=1)


class FakeVapi:
    """Lists `calls` as Vapi does: the newest first, by the bounds and the limit of the query."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.queries: list[dict[str, str]] = []
        self.status = 200
        self.refused = ""

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if self.status != 200:
            return httpx2.Response(self.status, json={"message": "no"})
        identity = request.url.path.removeprefix("/sandbox/vapi/call").strip("/")
        if identity and identity == self.refused:
            return httpx2.Response(400, json={"message": "no"})
        if identity:
            found = [each for each in self.calls if each["id"] == identity]
            return httpx2.Response(200, json=found[0]) if found else httpx2.Response(404, json={})
        query = dict(request.url.params)
        self.queries.append(query)
        since, until = moment(query["updatedAtGe"]), query.get("createdAtLe", "9")
        found = [
            each for each in self.calls if each["updatedAt"] >= since and each["createdAt"] <= moment(until)
        ]
        found.sort(key=lambda each: each["createdAt"], reverse=True)
        return httpx2.Response(200, json=found[: int(query["limit"])])


def moment(text: str) -> str:
    return text.replace("+00:00", "Z")


@pytest.fixture
def vapi(connected, bakery, monkeypatch) -> FakeVapi:
    fake = FakeVapi()
    client = httpx2.Client(transport=httpx2.MockTransport(fake), trust_env=False)
    monkeypatch.setattr("core.http.client._client", lambda: client)
    VapiConnection.objects.update(connected_at=BEGIN - timedelta(days=1))
    AssistantFactory(organization=bakery, vapi_id=ASSISTANT_ID)
    return fake


@pytest.fixture
def sweep(run_tasks):
    """Sweep all organisations, at a time."""

    def sweep(at=NOW) -> None:
        with time_machine.travel(at, tick=True):
            services.sweep_all.call()
            run_tasks()

    return sweep


def ended(**fields: Any) -> dict[str, Any]:
    return listed("ended", 44.2, **(ending() | fields))


def test_missed_call_is_added_whole(vapi, sweep, bakery):
    vapi.calls = [ended()]
    sweep()
    call = Call.objects.get()
    assert (call.organization, call.status, call.seconds) == (bakery, "ended", 41)
    assert (call.assistant_vapi_id, call.assistant) == (ASSISTANT_ID, Assistant.objects.get())
    assert call.turns.count() == 3
    state = Sweep.objects.get()
    assert (state.found, state.repaired, state.problem) == (1, 1, "")


def test_call_that_messages_told_of_is_left_as_it_is(vapi, sweep, tell):
    tell(report())
    before = Call.objects.values().get()
    vapi.calls = [ended()]
    sweep()
    assert Call.objects.values().get() == before
    assert Sweep.objects.get().repaired == 0


def test_call_whose_end_was_missed_is_ended(vapi, sweep, tell):
    tell(status_update("in-progress", 3))
    vapi.calls = [ended()]
    sweep()
    assert Call.objects.get().is_reported


def test_next_sweep_starts_where_the_last_one_began_with_an_overlap(vapi, sweep):
    sweep()
    sweep(NOW + timedelta(minutes=5))
    first, second = (query["updatedAtGe"] for query in vapi.queries)
    assert first == (BEGIN - timedelta(days=1, minutes=10)).isoformat()
    assert NOW - timedelta(minutes=10) <= datetime.fromisoformat(second) < NOW


@pytest.mark.parametrize(("status", "problem"), [(500, "down"), (401, "vapi_key"), (429, "rate_limited")])
def test_failed_sweep_is_noted_and_misses_nothing(vapi, sweep, status, problem):
    sweep()
    complete_until = Sweep.objects.get().complete_until
    vapi.status = status
    sweep(NOW + timedelta(minutes=5))
    state = Sweep.objects.get()
    assert (state.problem, state.complete_until) == (problem, complete_until)
    assert complete_until
    assert state.attempted_at
    assert state.attempted_at > complete_until
    vapi.status = 200
    sweep(NOW + timedelta(minutes=10))
    assert vapi.queries[-1]["updatedAtGe"] == (complete_until - services.OVERLAP).isoformat()
    assert Sweep.objects.get().problem == ""


def test_all_pages_are_read_and_each_call_once(vapi, sweep, monkeypatch):
    monkeypatch.setattr(call_list, "PAGE", 3)
    vapi.calls = [ended(id=f"call-{number}", createdAt=time_of(number // 2)) for number in range(10)]
    sweep()
    assert Call.objects.count() == 10
    assert Sweep.objects.get().found == 10
    assert len(vapi.queries) > 3


def test_list_without_an_end_is_a_problem_and_no_endless_loop(vapi, sweep, monkeypatch):
    monkeypatch.setattr(call_list, "PAGE", 3)
    vapi.calls = [ended(id=f"call-{number}", createdAt=time_of(1)) for number in range(10)]
    sweep()
    assert Sweep.objects.get().problem == "unreadable_answer"


def test_call_of_another_assistant_in_the_account_is_not_ours(vapi, sweep):
    vapi.calls = [ended(assistantId="another-assistant")]
    sweep()
    assert not Call.objects.exists()


def test_call_to_our_number_is_ours_whoever_answers(vapi, sweep, bakery):
    TwilioConnectionFactory(organization=bakery, vapi_number_id="number-1", number_state="in_step")
    vapi.calls = [ended(assistantId="deleted-assistant", phoneNumberId="number-1")]
    sweep()
    assert Call.objects.get().assistant is None


def test_tenants_that_share_an_account_get_their_own_calls(vapi, sweep, florist, bakery):
    AssistantFactory(organization=florist, vapi_id="florists")
    VapiConnection.objects.update(connected_at=BEGIN - timedelta(days=1))
    vapi.calls = [ended(), ended(id="of-the-florist", assistantId="florists")]
    sweep()
    assert set(Call.objects.values_list("organization__slug", "vapi_id")) == {
        ("bakery", CALL_ID),
        ("florist", "of-the-florist"),
    }


def test_call_that_cannot_be_read_does_not_keep_others_out(vapi, sweep):
    odd = {"id": "odd", "assistantId": ASSISTANT_ID, "status": "ended", "createdAt": "0", "updatedAt": "9"}
    vapi.calls = [odd, ended()]
    sweep()
    assert Call.objects.get().vapi_id == CALL_ID


@pytest.mark.parametrize(
    ("at_vapi", "status"), [("ended", "ended"), ("gone", "ended"), ("in-progress", "in-progress")]
)
def test_call_that_hangs_is_asked_for(vapi, sweep, tell, at_vapi, status):
    with time_machine.travel(BEGIN + timedelta(seconds=5), tick=True):
        tell(status_update("in-progress", 3))
    Sweep.objects.create(
        organization=Call.objects.get().organization, complete_until=NOW
    )  # long after it changed
    vapi.calls = {
        "ended": [ended()],
        "gone": [],
        "in-progress": [listed("in-progress", 3, startedAt=time_of(3))],
    }[at_vapi]
    sweep()
    call = Call.objects.get()
    assert call.status == status
    assert call.is_reported is (at_vapi == "ended")
    assert (call.ended_at is not None) is (status == "ended")


def test_hanging_call_that_vapi_does_not_tell_of_holds_nothing_up(vapi, sweep, bakery):
    long_ago = NOW - timedelta(hours=1)
    CallFactory(organization=bakery, running=True, vapi_id="odd", created_at=long_ago, changed_at=long_ago)
    vapi.calls = [ended()]
    vapi.refused = "odd"
    sweep()
    assert set(Call.objects.values_list("vapi_id", "status")) == {("odd", "in-progress"), (CALL_ID, "ended")}
    assert Sweep.objects.get().problem == ""


def test_call_that_has_just_begun_is_not_asked_for(vapi, sweep, tell):
    with time_machine.travel(NOW - timedelta(minutes=5), tick=True):
        tell(status_update("in-progress", 3))
    sweep()
    assert Call.objects.get().status == "in-progress"


def test_call_that_came_while_its_copy_was_stored_is_adopted(vapi, sweep, bakery):
    lost = CallFactory(organization=bakery, assistant_vapi_id=ASSISTANT_ID)
    sweep()
    lost.refresh_from_db()
    assert lost.assistant == Assistant.objects.get()


def test_without_a_connection_nothing_is_asked(vapi, sweep):
    services.sweep_calls.enqueue(str(VapiConnection.objects.get().organization_id))
    VapiConnection.objects.all().delete()
    sweep()
    assert (vapi.queries, Sweep.objects.exists()) == ([], False)


# The operator's pages


def test_operator_sees_messages_by_state_and_tries_failed_ones_again(as_user, staff, tell, run_tasks):
    tell(report(), {"message": {"type": "status-update", "status": "ringing"}})
    client = as_user(staff)
    page = client.get("/admin/calls/webhookmessage/?state=failed").content.decode()
    assert "no time" in page
    assert CALL_ID not in page
    failed = WebhookMessage.objects.failed().get()
    WebhookMessage.objects.filter(pk=failed.pk).update(body=status_update("ringing", 1)["message"])
    response = client.post(
        "/admin/calls/webhookmessage/", {"action": "process_again", "_selected_action": [str(failed.pk)]}
    )
    assert response.status_code == 302
    run_tasks()
    failed.refresh_from_db()
    assert (bool(failed.processed_at), failed.problem) == (True, "")


def test_operator_does_not_read_what_callers_said(as_user, staff, tell):
    tell(report())
    message = WebhookMessage.objects.get()
    page = as_user(staff).get(f"/admin/calls/webhookmessage/{message.pk}/change/").content.decode()
    assert CALL_ID in page
    assert "baguette" not in page


def test_operator_does_not_see_organisations_that_are_not_swept(as_user, staff, bakery):
    Sweep.objects.create(organization=bakery)
    assert bakery.name not in as_user(staff).get("/admin/calls/sweep/").content.decode()


def test_operator_sees_how_far_behind_each_sweep_is_and_starts_one(as_user, staff, vapi, bakery, run_tasks):
    Sweep.objects.create(
        organization=bakery, complete_until=timezone.now() - timedelta(hours=2), problem="down"
    )
    client = as_user(staff)
    page = client.get("/admin/calls/sweep/").content.decode()
    assert "2:00:0" in page
    client.post("/admin/calls/sweep/", {"action": "sweep_now", "_selected_action": [str(bakery.pk)]})
    run_tasks()
    assert Sweep.objects.get().problem == ""

"""Erasing calls and callers: here at once, at Vapi until it no longer finds them; no later news brings one back."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from accounts.tests.helpers import text_of
from assistants.tests.factories import AssistantFactory
from calls.erasure import services, upstream
from calls.history.selectors import has_news, news_mark
from calls.models import Call, CallerErasure, CallNote, Contact, CostPart, Erasure, Turn, WebhookMessage
from calls.reconciliation.services import sweep_calls
from calls.tests.conftest import secret_of
from calls.tests.factories import CallFactory, CostPartFactory, TurnFactory, call_with
from calls.tests.messages import ASSISTANT_ID, CALL_ID, report, status_update
from core.audit.descriptions import describe_event
from core.models import AuditEvent
from organizations.tests.factories import OrganizationFactory
from sandbox.calls.services import place_call
from sandbox.models import Assistant as RemoteAssistant
from sandbox.models import Call as RemoteCall
from sandbox.trouble import switches

pytestmark = pytest.mark.django_db

NUMBER = "+33639981234"


@pytest.fixture
def client(as_user, admin):
    return as_user(admin)


@pytest.fixture
def remote(connected, sandbox, settings) -> RemoteCall:
    """A call in the sandbox that is over."""
    assistant = RemoteAssistant.objects.create(key=settings.SANDBOX_VAPI_KEY, body={"name": "Léa"})
    return place_call(
        assistant=assistant, kind=RemoteCall.Kind.INBOUND, customer={"number": NUMBER}, is_over=True
    )


def erase(client: Any, call: Call) -> Any:
    return client.post(f"/fr/o/bakery/calls/{call.id}/erase")


def whole_call(organization: Any, **fields: Any) -> Call:
    call = call_with([("caller", "Une charlotte")], organization=organization, **fields)
    CostPartFactory(call=call)
    CallNote.objects.create(call=call, author_name="Léa", text="À rappeler")
    return call


def test_page_says_what_is_erased_and_the_post_erases_it(client, bakery, admin):
    call = whole_call(bakery, created_at=timezone.now() - timedelta(days=1))
    WebhookMessage.objects.create(
        organization=bakery, digest="1", kind="x", vapi_call_id=call.vapi_id, body={}
    )
    other = WebhookMessage.objects.create(
        organization=bakery, digest="2", kind="x", vapi_call_id="o", body={}
    )
    assert f"/calls/{call.id}/erase" in client.get(f"/fr/o/bakery/calls/{call.id}").content.decode()
    page = text_of(client.get(f"/fr/o/bakery/calls/{call.id}/erase"))
    assert "C’est définitif." in page
    assert "Vapi" in page
    assert erase(client, call).url == "/fr/o/bakery/calls"
    for model in (Call, Turn, CostPart, CallNote):
        assert not model.objects.exists()
    assert list(WebhookMessage.objects.all()) == [other]
    event = AuditEvent.objects.get(action="calls.erased")
    assert (event.actor_id, event.organization_id) == (admin.id, bakery.id)
    assert NUMBER not in str(event.data)
    with override("fr"), timezone.override(bakery.timezone):
        moment = date_format(timezone.localtime(call.created_at), "DATETIME_FORMAT")
        assert moment in describe_event(event)
    assert erase(client, call).status_code == 404


def test_open_list_learns_of_the_erasure_in_one_query(client, bakery, django_assert_num_queries):
    call = CallFactory(organization=bakery, changed_at=timezone.now() - timedelta(minutes=1))
    mark = news_mark()
    with django_assert_num_queries(1):
        assert not has_news(bakery, mark)
    erase(client, call)
    with django_assert_num_queries(1):
        assert has_news(bakery, mark)


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("member", 403), ("outsider", 404)])
def test_others_may_not_erase(as_user, bakery, request, role, status):
    call = CallFactory(organization=bakery)
    client = as_user(request.getfixturevalue(role))
    assert erase(client, call).status_code == status
    assert client.post(f"/fr/o/bakery/contacts/{call.id}/erase").status_code == status
    if status == 403:
        assert f"{call.id}/erase" not in client.get(f"/fr/o/bakery/calls/{call.id}").content.decode()
        assert "/erase" not in client.get(f"/fr/o/bakery/contacts/{call.id}").content.decode()
    assert Call.objects.get() == call


def test_another_organisation_keeps_its_call_of_the_same_id(
    client, as_user, bakery, florist, connected, tell
):
    call, theirs = (
        CallFactory(organization=bakery, vapi_id=CALL_ID),
        CallFactory(organization=florist, vapi_id=CALL_ID, report_version=""),
    )
    assert erase(client, theirs).status_code == 404
    erase(client, call)
    assert Call.objects.get() == theirs
    tell(report(45), key=secret_of(florist))
    tell(report(46))
    assert Call.objects.get().turns.count() == 3


def test_late_messages_bring_nothing_back(client, bakery, tell):
    AssistantFactory(organization=bakery, vapi_id=ASSISTANT_ID)
    tell(status_update("in-progress", 3))
    erase(client, Call.objects.get())
    tell(status_update("ended", 44), report(45), status_update("ringing", 1))
    assert not Call.objects.exists()
    assert not WebhookMessage.objects.filter(vapi_call_id=CALL_ID).exists()


def test_call_that_vapi_never_had_is_erased_with_its_row(client, bakery):
    erase(client, CallFactory(organization=bakery, vapi_id="", twilio_sid="CA" + "1" * 32))
    erasure = Erasure.objects.get()
    assert (erasure.due_at, bool(erasure.done_at), erasure.twilio_sid) == (None, True, "CA" + "1" * 32)


class TestAtVapi:
    @pytest.fixture
    def call(self, bakery, remote) -> Call:
        return whole_call(bakery, vapi_id=str(remote.id))

    def test_call_is_erased_there_too(self, client, call, run_tasks):
        erase(client, call)
        run_tasks()
        erasure = Erasure.objects.get()
        assert (erasure.due_at, erasure.problem, erasure.attempts, bool(erasure.done_at)) == (
            None,
            "",
            1,
            True,
        )
        assert not RemoteCall.objects.exists()

    def test_vapi_is_asked_until_it_has_erased_the_recording(self, client, call, bakery, run_tasks):
        switches.switch_on("vapi", "erasing", times=1)
        erase(client, call)
        run_tasks()
        assert (Erasure.objects.get().problem, RemoteCall.objects.count()) == ("down", 1)
        page = text_of(client.get("/fr/o/bakery/contacts"))
        assert "1 appel effacé est encore chez Vapi." in page
        sweep_calls.call(str(bakery.pk))
        assert not Call.objects.exists()
        upstream.erase_all_at_vapi.call()
        run_tasks()
        assert RemoteCall.objects.count() == 1  # not before its time
        with time_machine.travel(timezone.now() + timedelta(minutes=2)):
            upstream.erase_all_at_vapi.call()
            run_tasks()
        assert bool(Erasure.objects.get().done_at)
        assert not RemoteCall.objects.exists()
        assert "encore chez Vapi" not in text_of(client.get("/fr/o/bakery/contacts"))

    def test_deletion_that_vapi_only_promises_is_asked_for_again(self, client, call, run_tasks, monkeypatch):
        monkeypatch.setattr("connections.vapi.client.VapiClient.delete_call", lambda *_args: None)
        erase(client, call)
        run_tasks()
        erasure = Erasure.objects.get()
        assert (erasure.problem, erasure.done_at, erasure.due_at is None) == ("not_gone", None, False)

    @pytest.mark.parametrize("kind", ["401", "429", "500", "html", "large"])
    def test_whatever_fails_is_tried_later_and_visible(self, client, call, run_tasks, kind):
        switches.switch_on("vapi", kind)
        erase(client, call)
        run_tasks()
        erasure = Erasure.objects.get()
        assert erasure.problem
        assert erasure in Erasure.objects.waiting()
        assert erasure not in Erasure.objects.due()
        assert "encore chez Vapi" in text_of(client.get("/fr/o/bakery/contacts"))

    def test_account_that_fails_is_asked_once_for_all_calls(self, client, call, bakery, run_tasks):
        for number in range(4):
            Erasure.objects.create(
                organization=bakery, vapi_id=str(uuid.UUID(int=number)), due_at=timezone.now()
            )
        switches.switch_on("vapi", "401")
        upstream.erase_at_vapi.call(str(bakery.pk))
        assert Erasure.objects.filter(attempts=1).count() == 1

    def test_operator_sees_what_is_given_up_and_asks_again(
        self, client, call, as_user, staff, bakery, run_tasks
    ):
        erasure = Erasure.objects.create(
            organization=bakery,
            vapi_id=str(uuid.UUID(int=9)),
            due_at=timezone.now(),
            attempts=upstream.MAX_ATTEMPTS - 1,
        )
        switches.switch_on("vapi", "500", times=1)
        upstream.erase_at_vapi.call(str(bakery.pk))
        erasure.refresh_from_db()
        assert (erasure.due_at, erasure.done_at, erasure.problem) == (None, None, "down")
        operator, path = as_user(staff), "/admin/calls/erasure/"
        assert "down" in operator.get(path, {"state": "given_up"}).content.decode()
        operator.post(path, {"action": "ask_vapi_again", "_selected_action": [str(erasure.pk)]})
        upstream.erase_at_vapi.call(str(bakery.pk))
        erasure.refresh_from_db()
        assert erasure.done_at

    def test_without_a_connection_it_waits(self, client, call, bakery, connected, run_tasks):
        connected.delete()
        erase(client, call)
        run_tasks()
        assert Erasure.objects.get().problem == "not_connected"


class TestCaller:
    def test_all_calls_go_in_bounded_steps(self, client, bakery, admin, monkeypatch, run_tasks):
        monkeypatch.setattr(services, "BATCH", 3)
        Contact.objects.create(organization=bakery, number=NUMBER, name="Marie")
        calls = [whole_call(bakery) for _each in range(7)]
        kept = CallFactory(organization=bakery, customer_number="+33612345678")
        theirs = CallFactory(organization=OrganizationFactory())
        page = text_of(client.get(f"/fr/o/bakery/contacts/{calls[0].id}/erase"))
        assert "7 appels" in page
        assert client.post(f"/fr/o/bakery/contacts/{calls[0].id}/erase").url == "/fr/o/bakery/contacts"
        assert not Contact.objects.exists()
        assert Call.objects.count() == 9  # not in the request
        services.erase_calls_of_caller.call(str(CallerErasure.objects.get().pk))
        assert Call.objects.count() == 6
        run_tasks()
        assert set(Call.objects.all()) == {kept, theirs}
        assert Erasure.objects.count() == 7
        assert not CallerErasure.objects.exists()  # the number
        event = AuditEvent.objects.get(action="calls.caller_erased")
        assert (event.actor_id, event.data) == (admin.id, {"count": "7"})

    def test_call_that_comes_afterwards_stays(self, client, bakery, run_tasks):
        old = CallFactory(organization=bakery)
        client.post(f"/fr/o/bakery/contacts/{old.id}/erase")
        new = CallFactory(organization=bakery, created_at=timezone.now() + timedelta(seconds=1))
        run_tasks()
        assert Call.objects.get() == new

    def test_lost_task_is_queued_again(self, bakery, run_tasks):
        TurnFactory(call__organization=bakery)
        due_at = timezone.now() - timedelta(minutes=1)
        CallerErasure.objects.create(organization=bakery, number=NUMBER, due_at=due_at)
        services.resume_lost_erasures.call()
        run_tasks()
        assert not Call.objects.exists()

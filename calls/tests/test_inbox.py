"""Vapi's messages are stored once, without secrets, and answered before they are processed."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import resolve
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assistants.models import Assistant
from assistants.services import create_assistant
from assistants.sync.services import synchronize_assistant
from assistants.tests.factories import AssistantFactory, data_of
from calls.inbox import cleanup, services, views
from calls.models import Call, WebhookMessage
from calls.tests.conftest import secret_of
from calls.tests.messages import ASSISTANT_ID, CALL_ID, PROMPT, TOKEN, message, report, status_update
from connections.vapi import webhooks
from core.security.rate_limits import Limit
from core.tests.contract import holds

pytestmark = pytest.mark.django_db

PATHS = ["/webhooks/vapi", "/webhooks/vapi/call-started", "/webhooks/vapi/call-ended"]


def test_messages_of_these_tests_hold_against_the_published_schema():
    assert holds("vapi", "ServerMessageStatusUpdate", status_update("ringing", 0)["message"])
    assert holds("vapi", "ServerMessageEndOfCallReport", report()["message"])


def test_copies_are_told_of_an_address_that_exists():
    assert resolve(webhooks.PATH).func is views.receive


@pytest.mark.parametrize("path", PATHS)
def test_message_is_answered_first_and_processed_later(post, run_tasks, path):
    response = post(status_update("in-progress", 3), path=path)
    assert (response.status_code, response.content) == (200, b"")
    assert not Call.objects.exists()
    run_tasks()
    assert Call.objects.get().status == "in-progress"
    assert WebhookMessage.objects.get().processed_at


def test_storing_costs_two_rows(post, django_assert_num_queries):
    # The secret; the message and its task in one statement, or each inside of a savepoint.
    with django_assert_num_queries(2 if connection.vendor == "postgresql" else 5):
        post(report())


def test_secret_may_come_as_a_bearer_token(post, secret):
    assert post(report(), key="", Authorization=f"Bearer {secret}").status_code == 200


@pytest.mark.parametrize("key", ["", "wrong", "é", "x" * 5000, "\ud800"[:0] + "0" * 64])
def test_unknown_secret_is_refused_without_detail(post, connected, key):
    response = post(report(), key=key)
    assert (response.status_code, response.content) == (401, b"")
    assert not WebhookMessage.objects.exists()


def test_hash_of_the_secret_opens_nothing(post, connected):
    connected.refresh_from_db()
    assert post(report(), key=connected.webhook_secret_hash).status_code == 401


def test_connection_that_was_cut_hears_nothing_more(post, connected):
    connected.delete()
    assert post(report()).status_code == 401


def test_message_that_comes_twice_is_stored_once(tell, post):
    tell(report(), report())
    tell(report())
    assert (WebhookMessage.objects.count(), DBTaskResult.objects.count()) == (1, 1)


def test_no_secret_and_no_prompt_is_stored(tell):
    assistant = {
        "server": {"headers": {"X-Vapi-Secret": "s3cret-of-server"}},
        "model": {"messages": [{"role": "system", "content": PROMPT}]},
    }
    tell(report(assistant=assistant), message("status-update", 1, {"assistant": assistant}, status="ringing"))
    stored = json.dumps(list(WebhookMessage.objects.values_list("body", flat=True)))
    stored += str([list(call.turns.values()) for call in Call.objects.all()])
    assert "baguette" in stored
    for secret in (TOKEN, PROMPT, "s3cret-of-server", "twilioAccountSid"):
        assert secret not in stored


def test_each_tenant_has_its_own_call_of_the_same_id(tell, florist):
    tell(status_update("in-progress", 3))
    tell(report(), key=secret_of(florist))
    states = dict(Call.objects.values_list("organization__slug", "status"))
    assert states == {"bakery": "in-progress", "florist": "ended"}
    assert not Call.objects.get(organization__slug="bakery").turns.exists()


def test_same_message_of_two_tenants_is_stored_for_both(tell, florist):
    tell(report())
    tell(report(), key=secret_of(florist))
    assert set(WebhookMessage.objects.values_list("organization__slug", flat=True)) == {"bakery", "florist"}


def test_too_many_messages_are_asked_to_come_later(post, settings, monkeypatch, florist):
    settings.AVA_RATE_LIMITS = True
    monkeypatch.setattr(views, "MESSAGES", Limit("webhooks", hits=1, per=timedelta(minutes=1)))
    assert post(status_update("queued", 0)).status_code == 200
    refused = post(status_update("ringing", 1))
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert post(report(), key=secret_of(florist)).status_code == 200


def test_failure_keeps_the_message_for_another_attempt(post, run_tasks, monkeypatch):
    def fail(*_args):
        raise RuntimeError("the call's own words")

    monkeypatch.setattr(services, "apply_facts", fail)
    post(report())
    run_tasks(failures=True)
    kept = WebhookMessage.objects.get()
    assert (kept.processed_at, kept.attempts, kept.problem) == (None, 1, "RuntimeError")
    monkeypatch.undo()
    DBTaskResult.objects.update(run_after=timezone.now())
    run_tasks(failures=True)
    kept.refresh_from_db()
    assert (bool(kept.processed_at), kept.attempts, kept.problem) == (True, 2, "")
    assert Call.objects.get().is_reported


def test_failed_message_changes_nothing(post, run_tasks, monkeypatch):
    def fail(*_args, **_options):
        raise RuntimeError

    monkeypatch.setattr("calls.progress.services.CostPart.objects.bulk_create", fail)
    post(report())
    run_tasks(failures=True)
    assert not Call.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        message("end-of-call-report", 1, {"id": None}),
        message("end-of-call-report", 1, {"id": "../call"}),
        message("status-update", 1, timestamp="today", status="ringing"),
        {"message": {"type": "status-update", "status": "ringing"}},
    ],
    ids=["no-id", "odd-id", "no-time", "no-call"],
)
def test_message_that_names_no_call_is_kept_with_its_problem(tell, body):
    tell(body)
    kept = WebhookMessage.objects.get()
    assert kept.processed_at is None
    assert kept.problem
    assert not Call.objects.exists()


@pytest.mark.parametrize(
    "body",
    [message("hang", 5), message("something-new", 5), status_update("deletion-failed", 5)],
    ids=["hang", "new", "status"],
)
def test_what_tells_nothing_of_the_conversation_is_done_with(tell, body):
    tell(body)
    assert WebhookMessage.objects.get().processed_at
    assert not Call.objects.exists()


def test_call_that_comes_before_the_id_of_its_copy_is_adopted(tell, sandbox, owner, run_tasks):
    actor = owner.memberships.select_related("organization").get()
    made = create_assistant(actor=actor, data=data_of())
    run_tasks()
    made.refresh_from_db()
    Assistant.objects.forget_copies()  # as if the worker had died before it stored the id
    tell(message("status-update", 0, {"assistantId": made.vapi_id}, status="ringing"))
    assert Call.objects.get().assistant is None
    synchronize_assistant.enqueue(str(made.id))
    run_tasks()
    assert Call.objects.get().assistant == made


def test_call_belongs_to_its_assistant_and_to_none_of_another_tenant(tell, bakery, florist):
    AssistantFactory(organization=florist, vapi_id=ASSISTANT_ID)
    tell(report())
    assert Call.objects.get().assistant is None
    ours = AssistantFactory(organization=bakery, vapi_id=ASSISTANT_ID)
    tell(report(at=46))
    assert Call.objects.get().assistant == ours


def test_old_messages_are_deleted(tell):
    tell(report(), message("end-of-call-report", 1, {"id": None}))
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        cleanup.delete_old_messages.call()
    assert WebhookMessage.objects.get().problem
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        cleanup.delete_old_messages.call()
    assert not WebhookMessage.objects.exists()
    assert Call.objects.filter(vapi_id=CALL_ID, assistant_vapi_id=ASSISTANT_ID).exists()

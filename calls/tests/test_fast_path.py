"""Storing a message by SQL does what its ORM form does."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from calls.inbox import fast_path
from calls.inbox.services import process_message
from calls.models import WebhookMessage

pytestmark = pytest.mark.django_db

FORMS = {"sql": fast_path.insert_message, "orm": fast_path.insert_message_by_orm}
BODY = {
    "type": "status-update",
    "cost": Decimal("0.25"),
    "artifact": {"messages": [{"message": "100 % « été » שלום"}]},
}


@pytest.fixture(autouse=True)
def _stopped_clock():
    with time_machine.travel(timezone.now(), tick=False):
        yield


def columns(row: Model, *without: str) -> dict[str, Any]:
    names = {field.attname for field in row._meta.concrete_fields} - set(without)
    return {name: getattr(row, name) for name in names}


def written(form: str, message: WebhookMessage) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows of the message and of its task, which are rolled back."""
    with transaction.atomic():
        FORMS[form](message, process_message)
        rows = columns(WebhookMessage.objects.get()), columns(DBTaskResult.objects.get(), "id")
        transaction.set_rollback(True)
    return rows


def test_message_and_task_are_the_rows_of_the_orm(bakery):
    message = WebhookMessage(
        id=uuid.uuid4(),
        organization=bakery,
        digest="d" * 64,
        kind="status-update",
        vapi_call_id="c",
        body=BODY,
    )
    assert written("sql", message) == written("orm", message)


@pytest.mark.parametrize("form", FORMS)
def test_second_message_of_one_digest_is_not_stored(bakery, florist, form):
    for organization in (bakery, bakery, florist):
        try:
            with transaction.atomic():
                FORMS[form](WebhookMessage(organization=organization, digest="d", body={}), process_message)
        except IntegrityError:
            assert organization == bakery
    assert WebhookMessage.objects.count() == DBTaskResult.objects.count() == 2

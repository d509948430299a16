"""Stores Vapi's messages, and works through them."""

import hashlib
import uuid

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from calls import wire
from calls.erasure.selectors import was_erased
from calls.inbox.fast_path import insert_message
from calls.models import WebhookMessage
from calls.progress.facts import UnreadableError, read_message
from calls.progress.services import apply_facts
from calls.wire import Json
from connections.models import VapiConnection
from core.http import fields

KIND_LENGTH = 64
PROBLEM_LENGTH = 200


def store_message(connection: VapiConnection, raw: bytes, message: Json) -> None:
    """Store a message with the task that processes it; one with the same bytes is there already.

    `raw` is the request's body, `message` the object in it.
    """
    call = message.get("call")
    call_id = call.get("id") if isinstance(call, dict) else None
    row = WebhookMessage(
        organization_id=connection.organization_id,
        digest=hashlib.sha256(raw).hexdigest(),
        kind=fields.text(message.get("type"), at_most=KIND_LENGTH),
        vapi_call_id=call_id if isinstance(call_id, str) and fields.is_identifier(call_id) else "",
        body=wire.select(message, wire.MESSAGE),
    )
    try:
        insert_message(row, process_message)
    except IntegrityError:
        return  # it came before, or its organisation is gone


@task()
def process_message(message_id: str) -> None:
    """Update the call that a message tells of. Processing one twice changes nothing.

    A message that cannot be read is kept with its problem. Any other failure is noted and raised, so that the queue
    tries again.
    """
    message = (
        WebhookMessage.objects.pending()
        .select_related("organization")
        .filter(id=uuid.UUID(message_id))
        .first()
    )
    if message is None:
        return
    try:
        _process(message)
    except UnreadableError as error:
        _note_problem(message, str(error))
    except Exception as error:
        _note_problem(message, type(error).__name__)
        raise


@transaction.atomic
def _process(message: WebhookMessage) -> None:
    facts = read_message(message.body)
    if facts is not None:
        apply_facts(message.organization, facts)
    if was_erased(message.organization, vapi_id=message.vapi_call_id):
        message.delete()  # what was said is in it
        return
    WebhookMessage.objects.filter(pk=message.pk).update(
        processed_at=timezone.now(), problem="", attempts=F("attempts") + 1
    )


def _note_problem(message: WebhookMessage, problem: str) -> None:
    WebhookMessage.objects.pending().filter(pk=message.pk).update(
        problem=problem[:PROBLEM_LENGTH], attempts=F("attempts") + 1
    )

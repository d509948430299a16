"""Bringing the twin at Vapi to what the row says: made, changed or deleted, whatever fails in between.

A worker may die after Vapi made the twin and before its id is kept. The twin carries the row's id in its metadata, so
the next attempt finds it and takes it over instead of making a second one.
"""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskContext

from assistants.models import Assistant
from assistants.problems import Reason
from assistants.sync.lease import go_on, hold, let_go, note_failure, note_waiting, settle
from assistants.sync.mirrored import SyncState
from assistants.sync.payloads import Body, body_of, is_twin
from assistants.sync.phone_number import request_line
from connections.problems import Problem, ProviderError
from connections.selectors import NotConnectedError, vapi_client
from connections.vapi.client import VapiClient
from core.queue.retry import MAX_ATTEMPTS

PAGE = 25  # assistants a request: with the longest instructions, still less than an answer may weigh


@task(takes_context=True)
def synchronize_assistant(context: TaskContext, assistant_id: str) -> None:
    """Bring one assistant's twin at Vapi up to date."""
    synchronize(uuid.UUID(assistant_id), last=context.attempt >= MAX_ATTEMPTS)


def synchronize(assistant_id: uuid.UUID, *, last: bool) -> None:
    """Tell Vapi what it has still to be told of an assistant. `last` says that the queue will not try again.

    Raises ProviderError for what passes by itself, and BusyError.
    """
    while (assistant := hold(Assistant.objects.all(), assistant_id)) is not None:
        if _told(assistant, last=last):
            return


def _told(assistant: Assistant, *, last: bool) -> bool:
    """One attempt. False where the row was changed meanwhile, and there is more to tell."""
    try:
        client = vapi_client(assistant.organization)
        if assistant.sync_state == SyncState.DELETING:
            _delete_twin(client, assistant)
            return _forget(assistant)
        return _keep(assistant, vapi_id=_send(client, assistant))
    except NotConnectedError:
        if assistant.sync_state == SyncState.DELETING:
            return _forget(assistant)
        return note_waiting(assistant, Reason.NOT_CONNECTED)
    except ProviderError as error:
        problem = Reason.LOST if error.problem == Problem.GONE else error.problem
        return note_failure(assistant, error, problem=problem, last=last)


def _send(client: VapiClient, assistant: Assistant) -> str:
    """Change the twin, or make it; its id at Vapi."""
    body = body_of(assistant)
    twin = assistant.vapi_id or _find_twin(client, assistant)
    if twin:
        client.update_assistant(twin, body)
        return twin
    go_on(assistant)
    return str(client.create_assistant(body)["id"])


def _delete_twin(client: VapiClient, assistant: Assistant) -> None:
    twin = assistant.vapi_id or _find_twin(client, assistant)
    if twin:
        client.delete_assistant(twin)


def _find_twin(client: VapiClient, assistant: Assistant) -> str:
    """A twin that was made without our keeping its id; empty where there is none."""
    before: datetime | None = None
    while True:
        page = client.list_assistants(limit=PAGE, created_at_lt=before)
        found = next((str(each["id"]) for each in page if is_twin(each, assistant)), "")
        before = _oldest(page)
        if found or before is None or len(page) < PAGE:
            return found


def _oldest(page: list[Body]) -> datetime | None:
    """When the last of a page was made, by which the next page is asked for."""
    try:
        return datetime.fromisoformat(page[-1]["createdAt"])
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def _keep(assistant: Assistant, *, vapi_id: str) -> bool:
    with transaction.atomic():
        kept = settle(
            assistant,
            sync_state=SyncState.IN_STEP,
            sync_problem="",
            vapi_id=vapi_id,
            synced_revision=assistant.revision,
            synced_at=timezone.now(),
            drift=[],
        )
        if not kept:
            let_go(assistant, vapi_id=vapi_id)
        if vapi_id != assistant.vapi_id and _answers(assistant):
            request_line(assistant.organization_id)
    return kept


def _answers(assistant: Assistant) -> bool:
    """Asked again: it may have been chosen while Vapi was making it."""
    return Assistant.objects.answering().filter(id=assistant.id).exists()


def _forget(assistant: Assistant) -> bool:
    Assistant.objects.filter(
        id=assistant.id, held_by=assistant.held_by, sync_state=SyncState.DELETING
    ).delete()
    return True

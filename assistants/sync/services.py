"""Creates, updates and deletes an assistant's copy at Vapi.

A worker may die after Vapi created the copy and before its id is saved. The copy has the row's id in its metadata, so
the next attempt finds it instead of creating a second one.
"""

import uuid

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskContext

from assistants.models import PAYLOAD_VERSION, Assistant
from assistants.problems import Reason
from assistants.sync.account import report_account_problem
from assistants.sync.lease import (
    acquire_lease,
    release_changed,
    release_lease,
    renew_lease,
    save_failure,
    save_outcome,
    save_waiting,
)
from assistants.sync.mirrored import SyncState
from assistants.sync.payloads import Payload, additions_in, build_payload, is_copy, notice_in
from assistants.sync.phone_number import request_line
from assistants.sync.webhook_secret import retire_former_secret
from connections.problems import Problem, ProviderError
from connections.selectors import NotConnectedError, vapi_of
from connections.vapi.client import VapiClient
from connections.vapi.holdings import iterate_assistants
from connections.vapi.model import VapiConnection
from connections.vapi.webhooks import webhook_server
from core.queue.retry import MAX_ATTEMPTS

# Sent with `assistant` and `vapi_id` inside the transaction that stores the id of a copy.
copy_created = Signal()


@task(takes_context=True)
def synchronize_assistant(context: TaskContext, assistant_id: str) -> None:
    """Bring the copy of one assistant up to date."""
    synchronize(uuid.UUID(assistant_id), last=context.attempt >= MAX_ATTEMPTS)


def synchronize(assistant_id: uuid.UUID, *, last: bool) -> None:
    """Send revisions until the copy is up to date. `last` says that the queue will not retry.

    Raises ProviderError for a failure that passes by itself, and LeasedError.
    """
    while (assistant := acquire_lease(Assistant.objects.all(), assistant_id)) is not None:
        if _send_revision(assistant, last=last):
            return


def _send_revision(assistant: Assistant, *, last: bool) -> bool:
    """One attempt; False where the row has a newer revision to send, or the account was replaced meanwhile."""
    try:
        vapi = vapi_of(assistant.organization)
    except NotConnectedError:
        if assistant.sync_state == SyncState.DELETING:
            return _delete_row(assistant)
        return save_waiting(assistant, Reason.NOT_CONNECTED)
    if not assistant.is_speakable and assistant.sync_state != SyncState.DELETING:
        unsent = {"sync_state": SyncState.OUT_OF_STEP, "sync_problem": Reason.NO_VOICE}
        return save_outcome(assistant, **unsent) or release_changed(assistant)
    try:
        client = vapi.client()
        if assistant.sync_state == SyncState.DELETING:
            _delete_copy(client, assistant)
            return _delete_row(assistant)
        payload = build_payload(assistant, webhook_server(vapi))
        vapi_id = _send_copy(client, assistant, payload)
    except Assistant.DoesNotExist:
        return True  # deleted with its organisation
    except ProviderError as error:
        return _save_failure(assistant, error, vapi, last=last)
    return _save_copy(assistant, vapi, vapi_id=vapi_id, payload=payload)


def _send_copy(client: VapiClient, assistant: Assistant, payload: Payload) -> str:
    """Update or create the copy; its id."""
    vapi_id = assistant.vapi_id or _find_copy(client, assistant)
    if vapi_id:
        client.update_assistant(vapi_id, payload)
        return vapi_id
    renew_lease(assistant)
    return client.create_assistant(payload).id


def _delete_copy(client: VapiClient, assistant: Assistant) -> None:
    vapi_id = assistant.vapi_id or _find_copy(client, assistant)
    if vapi_id:
        client.delete_assistant(vapi_id)


def _find_copy(client: VapiClient, assistant: Assistant) -> str:
    """The id of a copy whose id was not saved; empty where there is none."""
    return next((each.id for each in iterate_assistants(client) if is_copy(each.body, assistant)), "")


@transaction.atomic
def _is_replaced(assistant: Assistant, vapi: VapiConnection) -> bool:
    """Whether another account may have taken the place of `vapi`; the lease has ended then.

    Its answers say nothing about the account of today, and its ids must not be saved.
    """
    if VapiConnection.objects.lock_unchanged(vapi):
        return False
    release_lease(assistant)
    return True


def _save_failure(assistant: Assistant, error: ProviderError, vapi: VapiConnection, *, last: bool) -> bool:
    if _is_replaced(assistant, vapi):
        return False
    report_account_problem(error, vapi)
    problem = Reason.LOST if error.problem == Problem.GONE else error.problem
    return save_failure(assistant, error, problem=problem, last=last)


def _save_copy(assistant: Assistant, vapi: VapiConnection, *, vapi_id: str, payload: Payload) -> bool:
    with transaction.atomic():
        if _is_replaced(assistant, vapi):
            return False
        saved = save_outcome(
            assistant,
            sync_state=SyncState.IN_STEP,
            sync_problem="",
            vapi_id=vapi_id,
            synced_revision=assistant.revision,
            synced_at=timezone.now(),
            payload_version=PAYLOAD_VERSION,
            sent_additions=additions_in(payload, assistant),
            sent_notice=notice_in(payload, assistant),
            drift=[],
            vapi_version={},
        )
        if not saved:
            release_lease(assistant, vapi_id=vapi_id)
        if vapi_id != assistant.vapi_id:
            _announce_copy(assistant, vapi_id)
        retire_former_secret(assistant.organization)
    return saved


def _announce_copy(assistant: Assistant, vapi_id: str) -> None:
    copy_created.send(sender=Assistant, assistant=assistant, vapi_id=vapi_id)
    if _is_answering(assistant):
        request_line(assistant.organization_id)


def _is_answering(assistant: Assistant) -> bool:
    """Read again: it may have been chosen while Vapi created the copy."""
    return Assistant.objects.answering().filter(id=assistant.id).exists()


def _delete_row(assistant: Assistant) -> bool:
    Assistant.objects.filter(
        id=assistant.id, held_by=assistant.held_by, sync_state=SyncState.DELETING
    ).delete()
    retire_former_secret(assistant.organization)
    return True

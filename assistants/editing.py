"""Changing an assistant, and having Vapi told again."""

import uuid

from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpRequest
from django.utils import timezone

from assistants.acting import lock_actor, lock_assistant
from assistants.conflicts import ConflictError, undone_by
from assistants.creating import AssistantData, values_of
from assistants.models import Assistant, SyncState
from assistants.problems import Reason
from assistants.records import record
from assistants.sync.phone_number import request_line
from assistants.sync.services import synchronize_assistant
from organizations.models import Membership
from organizations.permissions import Permission


def edit_assistant(
    *, actor: Membership, assistant_id: uuid.UUID, data: AssistantData, seen: str, request: HttpRequest
) -> bool:
    """Keep what the form holds and have Vapi told; False where nothing is different.

    `seen` is the mark of what the form was filled with. Raises ConflictError where somebody else's save would
    be undone, Http404 where there is no such assistant (or it is being deleted), or PermissionDenied.
    """
    with transaction.atomic():
        member = lock_actor(actor, Permission.ASSISTANT_EDIT)
        assistant = lock_assistant(member, assistant_id)
        if assistant.sync_state == SyncState.DELETING:
            raise Http404
        changed = [name for name, value in data.items() if getattr(assistant, name) != value]
        if undone_by(data, seen, values_of(assistant)):
            raise ConflictError(assistant, typed=data, seen=seen, reader=member.user)
        if changed:
            _send_again(assistant, **data)
            record("changed", member, assistant, request, fields=changed)
    return bool(changed)


def repair_assistant(*, actor: Membership, assistant_id: uuid.UUID, request: HttpRequest) -> None:
    """Send an assistant that is out of step again, its line too; one that is gone at Vapi is made anew.

    One that is in step, or on its way, is left alone. Raises like `edit_assistant`.
    """
    with transaction.atomic():
        member = lock_actor(actor, Permission.ASSISTANT_EDIT)
        assistant = lock_assistant(member, assistant_id)
        if assistant.answers_calls:
            request_line(member.organization_id)
        if assistant.sync_state == SyncState.OUT_OF_STEP:
            lost = {"vapi_id": ""} if assistant.sync_problem == Reason.LOST else {}
            _send_again(assistant, **lost)
            record("repaired", member, assistant, request)


def _send_again(assistant: Assistant, **fields: str) -> None:
    """`F`, since a task may be writing its outcome to the same row."""
    Assistant.objects.filter(id=assistant.id).update(
        **fields,
        revision=F("revision") + 1,
        sync_state=SyncState.PENDING,
        sync_problem="",
        drift=[],
        changed_at=timezone.now(),
    )
    synchronize_assistant.enqueue(str(assistant.id))

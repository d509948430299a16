"""Deleting an assistant: at Vapi first, then here."""

import uuid

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from assistants.acting import lock_actor, lock_assistant
from assistants.models import Assistant, SyncState
from assistants.records import record
from assistants.sync.phone_number import request_line
from assistants.sync.services import synchronize_assistant
from organizations.models import Membership
from organizations.permissions import Permission


def delete_assistant(*, actor: Membership, assistant_id: uuid.UUID, request: HttpRequest) -> Assistant:
    """Have an assistant deleted; it stops answering the number. Its row goes once Vapi has let it go.

    Raises Http404 where there is none, or PermissionDenied.
    """
    with transaction.atomic():
        member = lock_actor(actor, Permission.ASSISTANT_DELETE)
        assistant = lock_assistant(member, assistant_id)
        if assistant.sync_state == SyncState.DELETING:
            return assistant
        Assistant.objects.filter(id=assistant.id).update(
            sync_state=SyncState.DELETING,
            sync_problem="",
            answers_calls=False,
            revision=F("revision") + 1,
            changed_at=timezone.now(),
        )
        if assistant.answers_calls:
            request_line(assistant.organization_id)
        synchronize_assistant.enqueue(str(assistant.id))
        record("deleted", member, assistant, request)
    return assistant

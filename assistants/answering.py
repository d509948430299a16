"""Which assistant answers the organisation's number."""

import uuid

from django.db import transaction
from django.http import Http404, HttpRequest

from assistants.acting import lock_actor, lock_assistant
from assistants.models import Assistant, SyncState
from assistants.records import record
from assistants.sync.phone_number import request_line
from organizations.models import Membership
from organizations.permissions import Permission


def choose_answering(*, actor: Membership, assistant_id: uuid.UUID, request: HttpRequest) -> Assistant:
    """Have this assistant answer the number, and no other.

    Raises Http404 where there is no such assistant (or it is being deleted), or PermissionDenied.
    """
    with transaction.atomic():
        member = lock_actor(actor, Permission.ASSISTANT_EDIT)
        assistant = lock_assistant(member, assistant_id)
        if assistant.sync_state == SyncState.DELETING:
            raise Http404
        if not assistant.answers_calls:
            Assistant.objects.for_organization(member.organization).answering().update(answers_calls=False)
            Assistant.objects.filter(id=assistant.id).update(answers_calls=True)
            request_line(member.organization_id)
            record("answers", member, assistant, request)
    return assistant

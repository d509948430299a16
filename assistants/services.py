"""Making assistants: new, or as a copy."""

import json
import uuid

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from assistants.audit import record
from assistants.conflicts import refuse_conflict
from assistants.models import NAME_LENGTH, Assistant, AssistantData
from assistants.problems import Reason
from assistants.sync.mirrored import SyncState
from assistants.sync.phone_number import expect_line, request_line
from assistants.sync.services import synchronize_assistant
from organizations.locks import lock_membership
from organizations.models import Membership
from organizations.permissions import Permission


def create_assistant(
    *, actor: Membership, data: AssistantData, form_key: uuid.UUID | None = None
) -> Assistant:
    """Make an assistant, and have Vapi told of it. The first of an organisation answers its number.

    `form_key` is drawn when a form is shown: the same form with the same content, sent twice, makes one assistant.
    Raises Http404 or PermissionDenied where the actor may no longer do it.
    """
    key = _creation_key(form_key, data)
    with transaction.atomic():
        member = lock_membership(actor, Permission.ASSISTANT_EDIT)
        made = Assistant.objects.made_with(member.organization, key) if key else None
        if made is None:
            made = _make(member, data, key)
            record("created", member, made)
    return made


def duplicate_assistant(*, actor: Membership, assistant_id: uuid.UUID) -> Assistant:
    """Make a copy, under a name that says so. Raises Http404 where there is nothing to copy, or PermissionDenied."""
    with transaction.atomic():
        member = lock_membership(actor, Permission.ASSISTANT_EDIT)
        source = lock_assistant(member, assistant_id)
        copy = _make(member, _copied(source), None)
        record("duplicated", member, copy, source=source.name)
    return copy


def _make(member: Membership, data: AssistantData, key: uuid.UUID | None) -> Assistant:
    organization = member.organization
    is_first = not Assistant.objects.for_organization(organization).answering().exists()
    assistant = Assistant.objects.create(
        organization=organization, created_by=member.user, creation_key=key, answers_calls=is_first, **data
    )
    synchronize_assistant.enqueue(str(assistant.id))
    if is_first:
        expect_line(organization)
    return assistant


def _copied(source: Assistant) -> AssistantData:
    name = _("Copy of %(name)s") % {"name": source.name}
    return AssistantData(
        name=name[:NAME_LENGTH].rstrip(),
        language=source.language,
        voice=source.voice,
        persona=source.persona,
        first_message=source.first_message,
        prompt=source.prompt,
    )


def _creation_key(form_key: uuid.UUID | None, data: AssistantData) -> uuid.UUID | None:
    """Going back to a form that was sent and changing it makes another assistant: the content is part of the key."""
    return form_key and uuid.uuid5(form_key, json.dumps(data, sort_keys=True))


def edit_assistant(*, actor: Membership, assistant_id: uuid.UUID, data: AssistantData, seen: str) -> bool:
    """Keep what the form holds and have Vapi told; False where nothing is different.

    `seen` is the mark of what the form was filled with. Raises ConflictError where somebody else's save would
    be undone, Http404 where there is no such assistant (or it is being deleted), or PermissionDenied.
    """
    with transaction.atomic():
        member = lock_membership(actor, Permission.ASSISTANT_EDIT)
        assistant = lock_assistant(member, assistant_id)
        if assistant.sync_state == SyncState.DELETING:
            raise Http404
        changed = [name for name, value in data.items() if getattr(assistant, name) != value]
        refuse_conflict(assistant, typed=data, seen=seen, user=member.user)
        if changed:
            _send_again(assistant, **data)
            record("changed", member, assistant, fields=changed)
    return bool(changed)


def repair_assistant(*, actor: Membership, assistant_id: uuid.UUID) -> None:
    """Send an assistant that is out of step again, its line too; one that is gone at Vapi is made anew.

    One that is in step, or on its way, is left alone. Raises like `edit_assistant`.
    """
    with transaction.atomic():
        member = lock_membership(actor, Permission.ASSISTANT_EDIT)
        assistant = lock_assistant(member, assistant_id)
        if assistant.answers_calls:
            request_line(member.organization_id)
        if assistant.sync_state == SyncState.OUT_OF_STEP:
            lost = {"vapi_id": ""} if assistant.sync_problem == Reason.LOST else {}
            _send_again(assistant, **lost)
            record("repaired", member, assistant)


def _send_again(assistant: Assistant, **fields: str) -> None:
    Assistant.objects.filter(id=assistant.id).mark_pending(**fields)
    synchronize_assistant.enqueue(str(assistant.id))


def delete_assistant(*, actor: Membership, assistant_id: uuid.UUID) -> Assistant:
    """Have an assistant deleted; it stops answering the number. Its row goes once Vapi has let it go.

    Raises Http404 where there is none, or PermissionDenied.
    """
    with transaction.atomic():
        member = lock_membership(actor, Permission.ASSISTANT_DELETE)
        assistant = lock_assistant(member, assistant_id)
        if assistant.sync_state == SyncState.DELETING:
            return assistant
        doomed = Assistant.objects.filter(id=assistant.id)
        doomed.mark_pending(sync_state=SyncState.DELETING, answers_calls=False)
        if assistant.answers_calls:
            request_line(assistant.organization_id)
        synchronize_assistant.enqueue(str(assistant.id))
        record("deleted", member, assistant)
    return assistant


def lock_assistant(member: Membership, assistant_id: uuid.UUID) -> Assistant:
    """One of the actor's organisation, as it is now, held likewise. Raises Http404 where there is none."""
    rows = Assistant.objects.for_organization(member.organization).select_for_update(no_key=True)
    assistant = rows.filter(id=assistant_id).first()
    if assistant is None:
        raise Http404
    return assistant


def choose_answering(*, actor: Membership, assistant_id: uuid.UUID) -> Assistant:
    """Have this assistant answer the number, and no other.

    Raises Http404 where there is no such assistant (or it is being deleted), or PermissionDenied.
    """
    with transaction.atomic():
        member = lock_membership(actor, Permission.ASSISTANT_EDIT)
        assistant = lock_assistant(member, assistant_id)
        if assistant.sync_state == SyncState.DELETING:
            raise Http404
        if not assistant.answers_calls:
            Assistant.objects.for_organization(member.organization).answering().update(answers_calls=False)
            Assistant.objects.filter(id=assistant.id).update(answers_calls=True)
            request_line(member.organization_id)
            record("answers", member, assistant)
    return assistant

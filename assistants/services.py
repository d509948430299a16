"""Creates, copies, edits, repairs and deletes assistants, and chooses the one that answers the number."""

import json
import uuid
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from assistants.conflicts import refuse_conflict
from assistants.models import NAME_LENGTH, Assistant, AssistantData, values_of
from assistants.problems import Reason
from assistants.sync.mirrored import SyncState
from assistants.sync.phone_number import expect_line, request_line
from assistants.sync.services import synchronize_assistant
from assistants.vapi_change import VapiChange
from organizations.audit_log.services import record_by
from organizations.locks import lock_membership
from organizations.models import Membership
from organizations.permissions import Permission


def create_assistant(
    *, actor: Membership, data: AssistantData, form_key: uuid.UUID | None = None
) -> Assistant:
    """Create an assistant, and have Vapi told. The first of an organisation answers its number.

    `form_key` is drawn when a form is shown: the same form with the same content, sent twice, creates one assistant.
    Raises Http404 or PermissionDenied where the actor may no longer do it.
    """
    key = _creation_key(form_key, data)
    with transaction.atomic():
        membership = lock_membership(actor, Permission.ASSISTANT_EDIT)
        assistant = Assistant.objects.made_with(membership.organization, key) if key else None
        if assistant is None:
            assistant = _create(membership, data, key)
            record_by(membership, "assistants.created", assistant)
    return assistant


def duplicate_assistant(*, actor: Membership, assistant_id: uuid.UUID) -> Assistant:
    """Create a copy, under a name that says so. Raises Http404 where there is nothing to copy, or PermissionDenied."""
    with transaction.atomic():
        membership = lock_membership(actor, Permission.ASSISTANT_EDIT)
        source = lock_assistant(membership, assistant_id)
        name = _("Copy of %(name)s") % {"name": source.name}
        copy = _create(membership, {**values_of(source), "name": name[:NAME_LENGTH].rstrip()})
        record_by(membership, "assistants.duplicated", copy, source=source.name)
    return copy


def edit_assistant(*, actor: Membership, assistant_id: uuid.UUID, data: AssistantData, seen: str) -> None:
    """Save what the form holds, and have Vapi told where it differs.

    `seen` identifies what the form was filled with (`conflicts.digests_of`). Raises ConflictError where the save would
    undo another one, Http404 where there is no such assistant (or it is being deleted), or PermissionDenied.
    """
    with transaction.atomic():
        membership = lock_membership(actor, Permission.ASSISTANT_EDIT)
        assistant = _lock_kept(membership, assistant_id)
        refuse_conflict(assistant, typed=data, seen=seen, user=membership.user)
        if changed := [name for name, value in data.items() if getattr(assistant, name) != value]:
            _send_again(assistant, **data)
            record_by(membership, "assistants.changed", assistant, fields=changed)


def repair_assistant(*, actor: Membership, assistant_id: uuid.UUID) -> None:
    """Send an assistant that is out of step again, its line too; one that is gone at Vapi is created anew.

    One that is up to date, or being sent, is left alone. Raises Http404 where there is none, or PermissionDenied.
    """
    with transaction.atomic():
        membership = lock_membership(actor, Permission.ASSISTANT_EDIT)
        assistant = lock_assistant(membership, assistant_id)
        if assistant.answers_calls:
            request_line(membership.organization_id)
        if assistant.sync_state == SyncState.OUT_OF_STEP:
            lost = {"vapi_id": ""} if assistant.sync_problem == Reason.LOST else {}
            _send_again(assistant, **lost)
            record_by(membership, "assistants.repaired", assistant)


class VersionChangedError(Exception):
    """What Vapi has is no longer what the user saw, or cannot be kept."""


def keep_vapi_version(*, actor: Membership, assistant_id: uuid.UUID, seen: str) -> Assistant:
    """Take over what was changed at Vapi: its name, greeting, instructions and voice. Settings are sent again.

    `seen` is the digest of the version that the user saw (`vapi_version.digest_of`). Raises VersionChangedError where
    Vapi has another by now or where a part of it cannot be kept, Http404 where there is no such assistant, or
    PermissionDenied.
    """
    with transaction.atomic():
        membership = lock_membership(actor, Permission.ASSISTANT_EDIT)
        assistant = _lock_kept(membership, assistant_id)
        change = VapiChange(assistant)
        if not change.can_be_kept or change.seen != seen:
            raise VersionChangedError(str(assistant_id))
        _send_again(assistant, **change.values)
        record_by(membership, "assistants.kept", assistant, fields=list(change.values))
    return assistant


def delete_assistant(*, actor: Membership, assistant_id: uuid.UUID) -> Assistant:
    """Stop an assistant from answering and have it deleted; a task deletes the row after the copy at Vapi.

    Raises Http404 where there is none, or PermissionDenied.
    """
    with transaction.atomic():
        membership = lock_membership(actor, Permission.ASSISTANT_DELETE)
        assistant = lock_assistant(membership, assistant_id)
        if assistant.sync_state == SyncState.DELETING:
            return assistant
        if assistant.answers_calls:
            request_line(assistant.organization_id)  # first: Vapi keeps an assistant that a number refers to
        _send_again(assistant, sync_state=SyncState.DELETING, answers_calls=False)
        record_by(membership, "assistants.deleted", assistant)
    return assistant


def choose_answering(*, actor: Membership, assistant_id: uuid.UUID) -> Assistant:
    """Have this assistant answer the number, and no other.

    Raises Http404 where there is no such assistant (or it is being deleted), or PermissionDenied.
    """
    with transaction.atomic():
        membership = lock_membership(actor, Permission.ASSISTANT_EDIT)
        assistant = _lock_kept(membership, assistant_id)
        if not assistant.answers_calls:
            Assistant.objects.for_organization(membership.organization).answering().update(
                answers_calls=False
            )
            Assistant.objects.filter(id=assistant.id).update(answers_calls=True)
            request_line(membership.organization_id)
            record_by(membership, "assistants.answers", assistant)
    return assistant


def lock_assistant(membership: Membership, assistant_id: uuid.UUID) -> Assistant:
    """An assistant of the membership's organisation, its row locked until the transaction ends. Raises Http404."""
    rows = Assistant.objects.for_organization(membership.organization).select_for_update(no_key=True)
    assistant = rows.filter(id=assistant_id).first()
    if assistant is None:
        raise Http404
    return assistant


def _lock_kept(membership: Membership, assistant_id: uuid.UUID) -> Assistant:
    assistant = lock_assistant(membership, assistant_id)
    if assistant.sync_state == SyncState.DELETING:
        raise Http404
    return assistant


def _create(membership: Membership, data: AssistantData, key: uuid.UUID | None = None) -> Assistant:
    organization = membership.organization
    is_first = not Assistant.objects.for_organization(organization).answering().exists()
    assistant = Assistant.objects.create(
        organization=organization,
        created_by=membership.user,
        creation_key=key,
        answers_calls=is_first,
        **data,
    )
    synchronize_assistant.enqueue(str(assistant.id))
    if is_first:
        expect_line(organization)
    return assistant


def _creation_key(form_key: uuid.UUID | None, data: AssistantData) -> uuid.UUID | None:
    """Contains the content: a user who goes back to a sent form and changes it creates another assistant."""
    return form_key and uuid.uuid5(form_key, json.dumps(data, sort_keys=True))


def _send_again(assistant: Assistant, **fields: Any) -> None:
    Assistant.objects.filter(id=assistant.id).mark_pending(**fields)
    synchronize_assistant.enqueue(str(assistant.id))

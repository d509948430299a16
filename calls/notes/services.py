"""Writes and removes notes about calls."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from calls.models import Call
from calls.notes.models import AUTHOR_LENGTH, CallNote
from organizations.audit_log.services import record_by
from organizations.locks import lock_membership
from organizations.models import Membership
from organizations.permissions import Permission


@transaction.atomic
def add_note(*, actor: Membership, call_id: uuid.UUID, text: str) -> CallNote:
    """Note something about a call. Raises Http404 where there is none, PermissionDenied."""
    membership = lock_membership(actor, Permission.CONTACT_EDIT)
    own = Call.objects.for_organization(membership.organization)
    # Locked: a call that is erased at this moment takes no note.
    call = own.filter(pk=call_id).locked().first()
    if call is None:
        raise Http404
    name = membership.user.display_name[:AUTHOR_LENGTH]
    record_by(membership, "calls.note_added", membership.organization)
    return CallNote.objects.create(call=call, author=membership.user, author_name=name, text=text)


@transaction.atomic
def remove_note(*, actor: Membership, call_id: uuid.UUID, note_id: uuid.UUID) -> None:
    """Remove a note of the actor, or of any author with the right to erase calls. Raises Http404, PermissionDenied."""
    membership = lock_membership(actor, Permission.CONTACT_EDIT)
    notes = CallNote.objects.filter(call__organization=membership.organization, call_id=call_id)
    note = notes.filter(pk=note_id).first()
    if note is None:
        raise Http404
    if not may_remove(membership, note):
        raise PermissionDenied
    note.delete()
    record_by(membership, "calls.note_removed", membership.organization)


def may_remove(membership: Membership, note: CallNote) -> bool:
    """Whether this member may remove the note."""
    is_own = note.author_id == membership.user_id
    return membership.may(Permission.CALL_ERASE) or (is_own and membership.may(Permission.CONTACT_EDIT))

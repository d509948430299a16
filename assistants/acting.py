"""Who changes an assistant: asked again when it happens, with the organisation held."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404

from assistants.models import Assistant
from organizations.locks import lock_organizations
from organizations.models import Membership
from organizations.permissions import Permission


def lock_actor(actor: Membership, permission: Permission) -> Membership:
    """The actor's place as it is now, the organisation's row held until the transaction ends.

    Changes of one organisation's assistants thus come one after the other: of two that would answer the number, or be
    made by one form, the second sees the first. Raises Http404 where the actor belongs there no more,
    PermissionDenied where the role does not allow it.
    """
    lock_organizations([actor.organization_id])
    member = Membership.objects.select_related("user", "organization").filter(id=actor.id).first()
    if member is None:
        raise Http404
    if not member.may(permission):
        raise PermissionDenied
    return member


def lock_assistant(member: Membership, assistant_id: uuid.UUID) -> Assistant:
    """One of the actor's organisation, as it is now, held likewise. Raises Http404 where there is none."""
    rows = Assistant.objects.for_organization(member.organization).select_for_update(no_key=True)
    assistant = rows.filter(id=assistant_id).first()
    if assistant is None:
        raise Http404
    return assistant

"""Ending an organisation, and all it owns."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.dispatch import Signal
from django.http import Http404, HttpRequest
from django.utils import timezone

from accounts.models import LoginToken
from core.audit.services import record_event
from organizations.locks import lock_organizations
from organizations.models import Invitation, Membership, Organization
from organizations.permissions import Permission

# Sent inside the transaction, with `organization`, before anything is gone: rooms above clean up what is theirs.
organization_deleting = Signal()


@transaction.atomic
def delete_organization(*, actor: Membership, request: HttpRequest) -> None:
    """Delete the actor's organisation with everything that hangs from it. The audit stays.

    Raises Http404 where the actor belongs there no more, PermissionDenied where the role no longer allows it.
    """
    lock_organizations([actor.organization_id])
    member = Membership.objects.select_related("user", "organization").filter(id=actor.id).first()
    if member is None:
        raise Http404
    if not member.may(Permission.ORGANIZATION_DELETE):
        raise PermissionDenied
    organization = member.organization
    organization_deleting.send(sender=Organization, organization=organization)
    _end_links(organization)
    record_event(
        "organizations.deleted",
        request=request,
        actor=member.user,
        subject=organization,
        organization_id=organization.id,
    )
    organization.delete()


def _end_links(organization: Organization) -> None:
    links = Invitation.objects.open().filter(organization=organization).values("token_id")
    LoginToken.objects.unfinished().filter(id__in=links).update(superseded_at=timezone.now())

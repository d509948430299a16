"""Who changes a connection: asked again when it happens, since a role may have changed while a provider was asked."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from organizations.locks import lock_organizations
from organizations.models import Membership
from organizations.permissions import Permission


def lock_as_manager(actor: Membership) -> Membership:
    """The actor's place as it is now, the organisation's row held until the transaction ends.

    Two changes of one organisation's connections thus come one after the other. Raises Http404 where the actor belongs
    there no more, PermissionDenied where the role no longer allows it.
    """
    lock_organizations([actor.organization_id])
    member = Membership.objects.select_related("user", "organization").filter(id=actor.id).first()
    if member is None:
        raise Http404
    if not member.may(Permission.CONNECTION_MANAGE):
        raise PermissionDenied
    return member

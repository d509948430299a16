"""Locks on an organisation: who may act is decided under them, and an OWNER always remains."""

import uuid
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import User
from organizations.models import Membership, Organization
from organizations.permissions import Permission


class LastOwnerError(Exception):
    """The change would leave `organization` without an OWNER."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(str(organization.pk))
        self.organization = organization


def lock_membership(actor: Membership, permission: Permission) -> Membership:
    """Lock the actor's organisation and read the membership again, in the caller's transaction.

    The role may have changed since the request read it, for instance while a provider was asked. Changes within one
    organisation follow one another: of two requests that would both become the first, the second sees the first.
    Raises Http404 where the membership is gone, PermissionDenied where its role lacks `permission`.
    """
    lock_organizations([actor.organization_id])
    membership = Membership.objects.select_related("user", "organization").filter(id=actor.id).first()
    if membership is None:
        raise Http404
    if not membership.may(permission):
        raise PermissionDenied
    return membership


def lock_organizations(ids: Iterable[uuid.UUID]) -> list[Organization]:
    """Lock the organisations' rows until the transaction ends, always in the same order.

    Two owners who leave at once are thus counted one after the other. SQLite locks its file instead, with the first
    statement of the transaction.
    """
    # no_key: inserts of rows that reference the organisation need not wait.
    return list(Organization.objects.select_for_update(no_key=True).filter(id__in=list(ids)).order_by("id"))


def require_another_owner(organization: Organization, user: User) -> None:
    """Raise LastOwnerError where `user` is the only OWNER. The organisation must be locked."""
    others = Membership.objects.for_organization(organization).owners().exclude(user=user)
    if not others.exists():
        raise LastOwnerError(organization)

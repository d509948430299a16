"""Locks under which roles are read and changed, so that an organisation always keeps an owner."""

import uuid
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import User
from organizations.models import Membership, Organization
from organizations.permissions import Permission, Role
from organizations.querysets import MembershipQuerySet


class LastOwnerError(Exception):
    """The change would leave `organization` without an owner."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(str(organization.pk))
        self.organization = organization


def lock_membership(actor: Membership, permission: Permission) -> Membership:
    """Lock the actor's organisation and read the membership again, in the caller's transaction.

    The role may have changed since the request read it, for instance during a request to a provider. Changes in one
    organisation run one after the other, so the second sees what the first wrote. Raises Http404 where the membership
    has ended, PermissionDenied where its role lacks `permission`.
    """
    lock_organizations([actor.organization_id])
    membership = Membership.objects.select_related("user", "organization").filter(id=actor.id).first()
    if membership is None:
        raise Http404
    if not membership.may(permission):
        raise PermissionDenied
    return membership


def lock_organizations(ids: Iterable[uuid.UUID]) -> list[Organization]:
    """Lock the organisations' rows until the transaction ends, in the order of their ids.

    SQLite has no row locks: it locks the file when the transaction starts.
    """
    # no_key: inserts of rows that refer to the organisation need not wait.
    return list(Organization.objects.select_for_update(no_key=True).filter(id__in=list(ids)).order_by("id"))


def require_another_owner(organization: Organization, user: User) -> None:
    """Raise LastOwnerError where `user` is the only owner. The organisation must be locked."""
    if not _other_owners(organization, user).exists():
        raise LastOwnerError(organization)


def is_only_owner(membership: Membership) -> bool:
    """Whether `require_another_owner` would refuse to end this membership; for pages, so without a lock."""
    return (
        membership.role == Role.OWNER and not _other_owners(membership.organization, membership.user).exists()
    )


def _other_owners(organization: Organization, user: User) -> MembershipQuerySet:
    return Membership.objects.for_organization(organization).owners().exclude(user=user)

"""No organisation is left without an OWNER: the one place that knows how, for whatever changes a team."""

import uuid
from collections.abc import Iterable

from accounts.models import User
from organizations.models import Membership, Organization


class LastOwnerError(Exception):
    """Nobody else owns `organization`."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(str(organization.pk))
        self.organization = organization


def lock_organizations(ids: Iterable[uuid.UUID]) -> list[Organization]:
    """The organisations, their rows held until the transaction ends, always in one order.

    Every change of a team begins here, so that two owners cannot leave at once: the second waits, and then counts
    again. (SQLite locks its file instead, with the transaction's first statement.)
    """
    # `no_key` lets others go on inserting rows that point at it.
    return list(Organization.objects.select_for_update(no_key=True).filter(id__in=list(ids)).order_by("id"))


def require_another_owner(organization: Organization, user: User) -> None:
    """Raise LastOwnerError where nobody but `user` owns the organisation, which is locked."""
    others = Membership.objects.for_organization(organization).owners().exclude(user=user)
    if not others.exists():
        raise LastOwnerError(organization)

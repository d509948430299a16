"""Changing roles, removing members, and leaving an organisation."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from organizations.audit_log.services import record_by
from organizations.locks import lock_membership, require_another_owner
from organizations.models import Membership
from organizations.permissions import Permission, Role, reach


@transaction.atomic
def change_role(*, actor: Membership, member_id: uuid.UUID, role: Role) -> Membership:
    """Give a member another role.

    Raises Http404 where the member is not in the actor's organisation, PermissionDenied where the actor may not give
    or take one of the two roles, and LastOwnerError where no owner would be left.
    """
    actor, target = _lock_both(actor, member_id)
    _require_reach(actor, Role(target.role), role)
    if target.role == role:
        return target
    before, target.role = target.role, role
    if before == Role.OWNER:
        require_another_owner(target.organization, target.user)
    target.save(update_fields=["role"])
    record_by(actor, "organizations.role_changed", target.user, role=role.value, before=before)
    return target


@transaction.atomic
def remove_member(*, actor: Membership, member_id: uuid.UUID) -> Membership:
    """End a membership; its user is refused from the next request on. Raises like `change_role`."""
    actor, target = _lock_both(actor, member_id)
    _require_reach(actor, Role(target.role))
    _end(target)
    record_by(actor, "organizations.member_removed", target.user, role=target.role)
    return target


@transaction.atomic
def leave_organization(*, actor: Membership) -> Membership:
    """End the actor's own membership. Raises Http404 where it has ended, LastOwnerError for the last owner."""
    actor = lock_membership(actor, Permission.CONSOLE_VIEW)  # which every role has
    _end(actor)
    record_by(actor, "organizations.member_left", actor.user, role=actor.role)
    return actor


def _lock_both(actor: Membership, member_id: uuid.UUID) -> tuple[Membership, Membership]:
    """Lock the organisation, and read both memberships again: the request may have read old roles."""
    actor = lock_membership(actor, Permission.TEAM_MANAGE)
    members = Membership.objects.for_organization(actor.organization).select_related("organization")
    target = members.filter(id=member_id).first()
    if target is None:
        raise Http404
    return actor, target


def _require_reach(actor: Membership, *roles: Role) -> None:
    if not set(roles) <= set(reach(actor.role)):
        raise PermissionDenied


def _end(membership: Membership) -> None:
    if membership.role == Role.OWNER:
        require_another_owner(membership.organization, membership.user)
    # Not membership.delete(), which would clear the id that the caller may still need.
    Membership.objects.filter(id=membership.id).delete()

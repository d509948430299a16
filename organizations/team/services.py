"""Changing who belongs to an organisation, and what they may do there."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from core.audit.services import record_event
from organizations.locks import lock_organizations, require_another_owner
from organizations.models import Membership
from organizations.permissions import Role, reach


def change_role(*, actor: Membership, member_id: uuid.UUID, role: Role) -> Membership:
    """Give a member another role.

    Raises Http404 where they are not of the actor's organisation, PermissionDenied where either role is out of the
    actor's reach, LastOwnerError where nobody would own the organisation.
    """
    with transaction.atomic():
        actor, target = _locked(actor, member_id)
        _require_reach(actor, Role(target.role), role)
        if target.role == role:
            return target
        before, target.role = target.role, role
        if before == Role.OWNER:
            require_another_owner(target.organization, target.user)
        target.save(update_fields=["role"])
        _record("organizations.role_changed", actor, target, role=role.value, before=before)
        return target


def remove_member(*, actor: Membership, member_id: uuid.UUID) -> Membership:
    """Take a member's place away; they are refused from their next request on. Raises like `change_role`."""
    with transaction.atomic():
        actor, target = _locked(actor, member_id)
        _require_reach(actor, Role(target.role))
        _end(target)
        _record("organizations.member_removed", actor, target, role=target.role)
        return target


def leave_organization(*, member: Membership) -> Membership:
    """Give one's own place up, whatever one's role. Raises LastOwnerError for the last OWNER."""
    with transaction.atomic():
        member, target = _locked(member, member.id)
        _end(target)
        _record("organizations.member_left", member, target, role=target.role)
        return target


def _locked(actor: Membership, member_id: uuid.UUID) -> tuple[Membership, Membership]:
    """Both places as they are now, with their organisation locked: the request may have read them long ago."""
    if not lock_organizations([actor.organization_id]):
        raise Http404
    rows = Membership.objects.for_organization(actor.organization).select_related("user", "organization")
    found = {row.id: row for row in rows.filter(id__in=[actor.id, member_id])}
    if actor.id not in found or member_id not in found:
        raise Http404
    return found[actor.id], found[member_id]


def _require_reach(actor: Membership, *roles: Role) -> None:
    if not set(roles) <= set(reach(actor.role)):
        raise PermissionDenied


def _end(target: Membership) -> None:
    if target.role == Role.OWNER:
        require_another_owner(target.organization, target.user)
    Membership.objects.filter(id=target.id).delete()  # leaves the row in memory its id, for the audit


def _record(action: str, actor: Membership, target: Membership, **data: str) -> None:
    record_event(
        action,
        actor=actor.user,
        subject=target.user,
        organization_id=target.organization_id,
        **data,
    )

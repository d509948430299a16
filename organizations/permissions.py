"""Roles and permissions, and which role grants which."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """From the most to the least powerful."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Administrator")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Read only")


class Permission(StrEnum):
    """A view requires exactly one."""

    CONSOLE_VIEW = "console.view"
    CALL_EXPORT = "call.export"
    CALL_ERASE = "call.erase"
    CONTACT_EDIT = "contact.edit"  # name a number, write a note
    RECORDING_PLAY = "call.play"
    DESK_ACT = "desk.act"
    CALL_BACK = "call.back"
    ASSISTANT_EDIT = "assistant.edit"
    ASSISTANT_DELETE = "assistant.delete"
    CONNECTION_MANAGE = "connection.manage"
    BUDGET_MANAGE = "budget.manage"
    SETTINGS_MANAGE = "settings.manage"
    AUDIT_VIEW = "audit.view"
    TEAM_MANAGE = "team.manage"
    OWNER_MANAGE = "owner.manage"
    ORGANIZATION_DELETE = "organization.delete"


_VIEWER = {Permission.CONSOLE_VIEW}
_MEMBER = _VIEWER | {
    Permission.CALL_EXPORT,
    Permission.RECORDING_PLAY,
    Permission.CALL_BACK,
    Permission.CONTACT_EDIT,
    Permission.DESK_ACT,
    Permission.ASSISTANT_EDIT,
}
_ADMIN = _MEMBER | {
    Permission.CALL_ERASE,
    Permission.ASSISTANT_DELETE,
    Permission.CONNECTION_MANAGE,
    Permission.BUDGET_MANAGE,
    Permission.SETTINGS_MANAGE,
    Permission.AUDIT_VIEW,
    Permission.TEAM_MANAGE,
}
_OWNER = _ADMIN | {Permission.OWNER_MANAGE, Permission.ORGANIZATION_DELETE}

GRANTS: dict[str, frozenset[Permission]] = {
    Role.OWNER: frozenset(_OWNER),
    Role.ADMIN: frozenset(_ADMIN),
    Role.MEMBER: frozenset(_MEMBER),
    Role.VIEWER: frozenset(_VIEWER),
}

# From the least to the most powerful.
LADDER = (Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OWNER)


def reach(role: str) -> tuple[Role, ...]:
    """The roles that a member with `role` may give, and whose members they may change or remove.

    Owners reach every role, others with TEAM_MANAGE the roles below their own.
    """
    if Permission.TEAM_MANAGE not in GRANTS[role]:
        return ()
    if Permission.OWNER_MANAGE in GRANTS[role]:
        return LADDER
    return LADDER[: LADDER.index(Role(role))]

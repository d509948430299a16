"""Reads of organisations and of who belongs to them."""

from typing import TYPE_CHECKING

from django.db import models

from organizations.permissions import GRANTS, Permission, Role

if TYPE_CHECKING:
    from accounts.models import LoginToken, User
    from organizations.models import Invitation, Membership, Organization  # noqa: F401 - named in a string below


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Reads of organisations."""

    def of(self, user: "User") -> "OrganizationQuerySet":
        """Those this person belongs to."""
        return self.filter(memberships__user=user)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Reads of memberships; the organisation always comes along."""

    def of(self, user: "User") -> "MembershipQuerySet":
        """One person's places, the last used first."""
        return self.filter(user=user).select_related("organization").order_by("-last_used_at")

    def unreachable(self, organization: "Organization") -> "MembershipQuerySet":
        """The people of one organisation whose mail came back."""
        return self.for_organization(organization).exclude(user__mail_trouble="")

    def owners(self) -> "MembershipQuerySet":
        """Those who answer for their organisation, and can: a deactivated account does not."""
        return self.filter(role=Role.OWNER, user__is_active=True)

    def who_may(self, permission: Permission) -> "MembershipQuerySet":
        """Those whose role grants a right, and who can use it: a deactivated account does not."""
        roles = [role for role, rights in GRANTS.items() if permission in rights]
        return self.filter(role__in=roles, user__is_active=True)

    def for_organization(self, organization: "Organization") -> "MembershipQuerySet":
        """One organisation's people, in the order they joined."""
        return self.filter(organization=organization).select_related("user").order_by("created_at")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Reads of invitations."""

    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; expired ones are among them."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def for_organization(self, organization: "Organization") -> "InvitationQuerySet":
        """One organisation's, the oldest first, with their links and who sent them."""
        return (
            self.filter(organization=organization)
            .select_related("token", "invited_by")
            .order_by("created_at", "id")
        )

    def of_link(self, token: "LoginToken") -> "Invitation | None":
        """What a link invites to; None for a link that was replaced."""
        return self.filter(token=token).select_related("organization", "invited_by", "token").first()

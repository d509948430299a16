"""Reads of organisations, memberships and invitations."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from organizations.permissions import GRANTS, Permission, Role

if TYPE_CHECKING:
    from accounts.models import LoginToken, User
    from organizations.models import Invitation, Membership, Organization


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Reads of organisations."""

    def of(self, user: "User") -> "OrganizationQuerySet":
        return self.filter(memberships__user=user)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Reads of memberships."""

    def of(self, user: "User") -> "MembershipQuerySet":
        """The user's memberships, last used first."""
        return self.filter(user=user).select_related("organization").order_by("-last_used_at")

    def mark_used(self, membership: "Membership") -> None:
        """Make this the user's last used membership, also before those that a fast clock dated ahead."""
        now = timezone.now()
        used = Q(id=membership.id) | Q(user_id=membership.user_id, last_used_at__gt=now)
        earlier = Value(now - timedelta(seconds=1), output_field=models.DateTimeField())
        self.filter(used).update(last_used_at=Case(When(id=membership.id, then=now), default=earlier))

    def owners(self) -> "MembershipQuerySet":
        """Owners with an active account."""
        return self.filter(role=Role.OWNER, user__is_active=True)

    def only_owned_by(self, user: "User") -> "MembershipQuerySet":
        """The memberships of `user` in organisations without another owner, by the organisations' names."""
        others = self.model._default_manager.owners().exclude(user=user)
        alone = self.of(user).filter(role=Role.OWNER)
        return alone.exclude(organization__in=others.values("organization")).order_by("organization__name")

    def who_may(self, permission: Permission) -> "MembershipQuerySet":
        """Members whose role grants the permission and whose account is active."""
        roles = [role for role, rights in GRANTS.items() if permission in rights]
        return self.filter(role__in=roles, user__is_active=True)

    def for_organization(self, organization: "Organization") -> "MembershipQuerySet":
        """The members of one organisation, in the order they joined."""
        return self.filter(organization=organization).select_related("user").order_by("created_at")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Reads of invitations."""

    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; expired invitations included."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def for_organization(self, organization: "Organization") -> "InvitationQuerySet":
        """The invitations of one organisation, oldest first, with link and sender."""
        return (
            self.filter(organization=organization)
            .select_related("token", "invited_by")
            .order_by("created_at", "id")
        )

    def of_link(self, token: "LoginToken") -> "Invitation | None":
        """The invitation of a link; None for a link that was replaced."""
        return self.filter(token=token).select_related("organization", "invited_by", "token").first()

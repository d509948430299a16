"""Querysets of links and sessions."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from accounts.lifetimes import LONGEST_SESSION, lasting_links

if TYPE_CHECKING:
    from accounts.models import AuthSession, LoginToken, User  # noqa: F401 - named in a string below


class LoginTokenQuerySet(models.QuerySet["LoginToken"]):
    """Reads of links."""

    def redeemable(self) -> "LoginTokenQuerySet":
        """Links that work: minted, not used, replaced or expired."""
        return self.unfinished().filter(lasting_links())

    def unfinished(self) -> "LoginTokenQuerySet":
        """Links neither used nor replaced, whether minted or expired or not."""
        return self.filter(used_at=None, superseded_at=None)


class AuthSessionQuerySet(models.QuerySet["AuthSession"]):
    """Reads of sessions, and their end."""

    def live(self) -> "AuthSessionQuerySet":
        """Sessions neither ended nor expired, of active users."""
        now = timezone.now()
        in_time = self.filter(expire_date__gt=now, expire_date__lte=now + LONGEST_SESSION)
        return in_time.filter(revoked_at=None, user__is_active=True)

    def of(self, user: "User") -> "AuthSessionQuerySet":
        return self.filter(user=user).order_by("-last_seen_at")

    def known_browser(self, address: str, browser_hash: str) -> bool:
        """Whether the user with this address has signed in from this browser before."""
        return bool(browser_hash) and self.filter(user__email=address, browser_hash=browser_hash).exists()

    def revoke(self, reason: str) -> int:
        """End the sessions that are not ended yet; returns how many."""
        return self.filter(revoked_at=None).update(revoked_at=timezone.now(), revoked_reason=reason)

"""Every read of links and sessions worth a name."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import AuthSession, LoginToken, User  # noqa: F401 - named in a string below


class LoginTokenQuerySet(models.QuerySet["LoginToken"]):
    """Reads of mailed secrets."""

    def redeemable(self) -> "LoginTokenQuerySet":
        """Neither used nor replaced, minted, and not past its time."""
        return self.filter(used_at=None, superseded_at=None, expires_at__gt=timezone.now())

    def unfinished(self) -> "LoginTokenQuerySet":
        """Neither used nor replaced, whether minted or not, whether expired or not."""
        return self.filter(used_at=None, superseded_at=None)


class AuthSessionQuerySet(models.QuerySet["AuthSession"]):
    """Reads of sign-ins, and the verb that ends them."""

    def live(self) -> "AuthSessionQuerySet":
        """Neither ended nor expired, of people who are still active."""
        return self.filter(revoked_at=None, expire_date__gt=timezone.now(), user__is_active=True)

    def of(self, user: "User") -> "AuthSessionQuerySet":
        """One person's, the last seen first."""
        return self.filter(user=user).order_by("-last_seen_at")

    def known_browser(self, address: str, browser_hash: str) -> bool:
        """Whether the person with this address has ever signed in from this browser."""
        return bool(browser_hash) and self.filter(user__email=address, browser_hash=browser_hash).exists()

    def revoke(self, reason: str) -> int:
        """End those that are not ended yet; returns how many."""
        return self.filter(revoked_at=None).update(revoked_at=timezone.now(), revoked_reason=reason)

"""The manager of users."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager

from accounts.addresses import normalize_address

if TYPE_CHECKING:
    from accounts.models import User


class UserManager(BaseUserManager["User"]):
    """Creates and finds users by their address."""

    def create_user(self, email: str, **fields: Any) -> "User":
        """Create a user. Raises ValidationError for an invalid address."""
        user = self.model(email=normalize_address(email), **fields)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, **fields: Any) -> "User":
        return self.create_user(email, is_staff=True, is_superuser=True, **fields)

    def for_address(self, address: str) -> "User | None":
        """The user with this normalised address, if there is one."""
        return self.filter(email=address).first()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalize_address(username or ""))

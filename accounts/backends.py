"""Django's idea of a sign-in, with nothing to type."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

if TYPE_CHECKING:
    from accounts.models import User

BACKEND = "accounts.backends.LinkBackend"


class LinkBackend(ModelBackend):
    """Permissions as Django keeps them; credentials it knows none. Redeeming a link is `accounts.login.services`."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> "User | None":  # type: ignore[override]
        """Nobody is let in by something typed."""
        return None

"""The authentication backend: Django's permissions, and no credentials."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

if TYPE_CHECKING:
    from accounts.models import User

BACKEND = "accounts.backends.LinkBackend"


class LinkBackend(ModelBackend):
    """Django's permissions without credentials; users sign in by `accounts.login.services.redeem_link`."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> "User | None":  # type: ignore[override]
        return None

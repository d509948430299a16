"""What of the sandbox a user sees: the part of their own organisations; staff see all."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from core.sandbox_keys import keys_of
from sandbox.querysets import OwnedQuerySet

View = Callable[..., HttpResponseBase]
Rows = TypeVar("Rows", bound=OwnedQuerySet[Any])


def is_operator(request: HttpRequest) -> bool:
    """Whether the user may make trouble, which meets everybody: staff, and in development every signed-in user."""
    return settings.DEVELOPMENT or request.user.is_staff


def operators_only(view: View) -> View:
    """Open a view to operators; 403 for others."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_operator(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def seen_by(request: HttpRequest, rows: Rows) -> Rows:
    """The rows that the user sees: those of the keys of their organisations; all for staff."""
    if request.user.is_staff:
        return rows
    return rows.filter(key__in=[each.key for each in keys_of(request)])

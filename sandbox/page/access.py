from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


def operators_only(view: View) -> View:
    """Open a page to staff, and in development to every signed-in user; 403 for others."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (settings.DEVELOPMENT or request.user.is_staff):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded

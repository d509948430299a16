"""Who asks, in which language, and whether they may pass."""

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware as DjangoAuthenticationMiddleware
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_from_path

from accounts.sessions.store import SessionStore

if TYPE_CHECKING:
    from accounts.models import User


MACHINES = ("/health", "/webhooks/")


def _user_of(request: HttpRequest) -> "User | AnonymousUser":
    session = cast(SessionStore, request.session)
    session.keys()  # reads the session once, and with it the user and whether the sign-in was ended
    return session.row.user if session.row else AnonymousUser()


class AuthenticationMiddleware(DjangoAuthenticationMiddleware):
    """`request.user` from the session's own row: one query tells session, user and revocation."""

    def process_request(self, request: HttpRequest) -> None:
        """Give the request its user, read when first asked for."""
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]


class PreferredLocaleMiddleware(LocaleMiddleware):
    """The address decides the language; without one in it, the person's own, then the browser's, then French."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language."""
        super().process_request(request)
        timezone.deactivate()
        if get_language_from_path(request.path_info) or request.path_info.startswith(MACHINES):
            return  # the address says it, or no person reads the answer: /health must not ask the database
        if not request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            return
        if request.user.is_authenticated:
            translation.activate(request.user.locale)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE


class GuardMiddleware(LoginRequiredMiddleware):
    """Closed by default: a view answers the signed-out only where it says so (`core.web.public_views.public`)."""

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        """Send the signed-out to the sign-in page, and back here afterwards; show the others their own hours."""
        if not getattr(view_func, "login_required", True):
            return None  # before asking who it is: an open page needs no query
        request.is_closed = True  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            timezone.activate(request.user.timezone)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Let no browser keep a closed page: whoever presses Back after its reader signed out would see it."""
        if hasattr(request, "is_closed") and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

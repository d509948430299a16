"""Authentication from the session row, the language of a request, and the guard that closes pages by default."""

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware as DjangoAuthenticationMiddleware
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_from_path

from accounts.sessions.redirects import redirect_to_sign_in
from accounts.sessions.store import SessionStore
from core.locales import with_current_languages
from core.web.deleted_rows import rely_on

if TYPE_CHECKING:
    from accounts.models import User


MACHINE_PATHS = ("/health", "/webhooks/")


def _user_of(request: HttpRequest) -> "User | AnonymousUser":
    session = cast(SessionStore, request.session)
    session.keys()  # loads the session, with its user, if it is live
    if session.row is None:
        return AnonymousUser()
    rely_on(request, session.row.user, session.row)
    return session.row.user


class SessionMiddleware(DjangoSessionMiddleware):
    """Leads to the sign-in page, instead of a 400, where the session was ended while its request ran."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            return redirect_to_sign_in(request)


class AuthenticationMiddleware(DjangoAuthenticationMiddleware):
    """Sets `request.user` from the session's row: one query for session, user and revocation."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]


class PreferredLocaleMiddleware(LocaleMiddleware):
    """The language of the URL; without one, the user's, then the browser's, then French."""

    def process_request(self, request: HttpRequest) -> None:
        if accepted := request.META.get("HTTP_ACCEPT_LANGUAGE"):
            request.META["HTTP_ACCEPT_LANGUAGE"] = with_current_languages(accepted)
        super().process_request(request)
        timezone.deactivate()
        if get_language_from_path(request.path_info) or request.path_info.startswith(MACHINE_PATHS):
            return  # the URL decides, or a machine reads the answer: /health must not query the database
        if not request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            return
        if request.user.is_authenticated:
            translation.activate(request.user.locale)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE


class GuardMiddleware(LoginRequiredMiddleware):
    """Closes every view to signed-out users, unless it is marked `core.web.public_views.public`."""

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        if not getattr(view_func, "login_required", True):
            return None  # before the user is read: a public page needs no query
        request.is_closed = True  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            timezone.activate(request.user.timezone)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]
        # A fragment is answered by a header, which is no redirect to Django.
        return redirect_to_sign_in(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Forbid caching of closed pages: the Back button would show them after signing out."""
        if hasattr(request, "is_closed") and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

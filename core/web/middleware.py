"""What every request passes through, whoever asks."""

import logging
import time
from collections.abc import Callable

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.functional import empty
from django.utils.translation import get_language_from_path

from core.request_context import context_of, current_request, use_request_context

logger = logging.getLogger("avafirst.request")

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestLogMiddleware:
    """One line a request: its route rather than its path, since a path may carry a token; and an id to quote."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, then log method, route, status and milliseconds."""
        started = time.monotonic()
        context = context_of(request)
        with use_request_context(context):
            response = self.get_response(request)
            response.headers["X-Request-ID"] = context.id
            # Static files are answered before any route is found: thirty lines a page would drown the rest.
            if request.resolver_match or response.status_code >= 400:
                self._log(request, response, started)
            return response

    def _log(self, request: HttpRequest, response: HttpResponseBase, started: float) -> None:
        route = request.resolver_match.route if request.resolver_match else "(no route)"
        user = getattr(request, "user", None)
        # Only where the view asked who it is: a log line must not cost a query.
        known = user is not None and user.__dict__.get("_wrapped", empty) is not empty
        logger.info(
            "%s /%s %s",
            request.method,
            route,
            response.status_code,
            extra={
                "request_id": current_request().id,
                "route": route,
                "status": response.status_code,
                "duration_ms": round((time.monotonic() - started) * 1000, 1),
                "user_id": str(user.pk) if known and user and user.is_authenticated else None,
            },
        )


class SecurityHeadersMiddleware:
    """The headers that Django and django-csp have no setting for."""

    PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and say which powers of the browser no page of ours needs."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class BodySizeMiddleware:
    """Refuses what is larger than any form of ours: files are written to disk as they come, before a view is asked."""

    LARGEST = 25 * 1024 * 1024  # a picture from a camera is told by its form that it is too large

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or 400. What names no length has none: Django reads nothing of it."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > self.LARGEST:
            raise RequestDataTooBig("larger than any form")
        return self.get_response(request)


class NulMiddleware:
    """Refuses an address that holds a NUL: no text has one, and PostgreSQL fails at a query for it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or 400. What forms bring is left to them: their fields say what is wrong."""
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("a NUL in the address")
        return self.get_response(request)


class CanonicalPathMiddleware:
    """Addresses carry no trailing slash; one with it is redirected where the other exists, and `/fr` to `/fr/`.

    Who opens an address that only takes a form (signed in again after pressing a button, or in another language after
    a mistake was shown there) goes on to the page that it hangs from.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; redirect whoever only wanted to read, and came to the wrong address."""
        response = self.get_response(request)
        path = request.path_info
        if request.method not in {"GET", "HEAD"}:
            return response
        if response.status_code == 404:
            other = path.rstrip("/") if path.endswith("/") else f"{path}/"
            # `//evil` must not become an address of its own.
            if other and not other.startswith("//") and self._is_page(other):
                query = request.META.get("QUERY_STRING", "")
                return HttpResponsePermanentRedirect(f"{other}?{query}" if query else other)
        if response.status_code == 405 and get_language_from_path(path):  # programs are told 405
            return HttpResponseRedirect(self._page_above(path))
        return response

    def _page_above(self, path: str) -> str:
        """The nearest address above that something answers at."""
        above = path.rpartition("/")[0]
        if not above:
            return "/"
        return above if self._is_page(above) else self._page_above(above)

    @staticmethod
    def _is_page(path: str) -> bool:
        """Whether a named route answers there; the admin's nameless catch-all would send both spellings in circles."""
        try:
            return resolve(path).url_name is not None
        except Resolver404:
            return False

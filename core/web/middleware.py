"""Middleware for all requests."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.functional import empty
from django.utils.translation import get_language_from_path

from core.request_context import context_of, current_request, use_request_context

logger = logging.getLogger("avafirst.request")

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestContextMiddleware:
    """Logs one line a request: its route, since a path may hold a token, and an id that users can quote."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.monotonic()
        context = context_of(request)
        with use_request_context(context):
            response = self.get_response(request)
            response.headers["X-Request-ID"] = context.id
            # Static files have no route; thirty lines a page would hide the others.
            if request.resolver_match or response.status_code >= 400:
                self._log(request, response, started)
            return response

    def _log(self, request: HttpRequest, response: HttpResponseBase, started: float) -> None:
        route = request.resolver_match.route if request.resolver_match else "(no route)"
        user = getattr(request, "user", None)
        # Only if the view has loaded the user: a log line must not cost a query.
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


class ProbeHostMiddleware:
    """Accepts health probes whatever host they name: an IP address, the platform's own name, or none."""

    PATHS = frozenset({"/health", "/health/", "/health/ready", "/health/ready/"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in self.PATHS:
            request.META["HTTP_HOST"] = settings.SITE_HOST
        return self.get_response(request)


class SecurityHeadersMiddleware:
    """Sets the headers that Django and django-csp have no setting for."""

    PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class BodySizeMiddleware:
    """Answers 400 to bodies larger than any form: Django writes files to disk before it calls the view."""

    LARGEST = 25 * 1024 * 1024  # a form can still report that a camera's picture is too large

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        # Python refuses to read a number of thousands of digits.
        if length.isdecimal() and (len(length) > 15 or int(length) > self.LARGEST):
            raise RequestDataTooBig("larger than any form")
        return self.get_response(request)


class NulMiddleware:
    """Answers 400 to a NUL in the path or query, which makes PostgreSQL fail. Form fields validate bodies."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("a NUL in the address")
        return self.get_response(request)


class CanonicalPathMiddleware:
    """Redirects a path with a trailing slash to the one without, if that exists, and `/fr` to `/fr/`.

    A GET of a path that only takes a POST (after signing in again, or in another language after an error) is
    redirected to the page above it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        path = request.path_info
        if request.method not in {"GET", "HEAD"}:
            return response
        if response.status_code == 404:
            other = path.rstrip("/") if path.endswith("/") else f"{path}/"
            # `//evil` would be a URL of another host.
            if other and not other.startswith("//") and self._is_page(other):
                query = request.META.get("QUERY_STRING", "")
                return HttpResponsePermanentRedirect(f"{other}?{query}" if query else other)
        if response.status_code == 405 and get_language_from_path(path):  # programs get the 405
            return HttpResponseRedirect(self._page_above(path))
        return response

    def _page_above(self, path: str) -> str:
        """The nearest path above this one that has a page."""
        above = path.rpartition("/")[0]
        if not above:
            return "/"
        return above if self._is_page(above) else self._page_above(above)

    @staticmethod
    def _is_page(path: str) -> bool:
        """Whether a named route matches; the admin's nameless catch-all would cause a redirect loop."""
        try:
            return resolve(path).url_name is not None
        except Resolver404:
            return False

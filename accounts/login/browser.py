"""The cookie that identifies a browser: it proves which browser requested a link, and which devices are known."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.secrets import digest, is_secret, new_secret
from core.request_context import current_request

COOKIE_AGE = 365 * 24 * 3600  # seconds


def browser_secret(request: HttpRequest) -> str:
    """The browser's cookie; empty if it has none, or one that we did not issue."""
    secret = request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "")
    return secret if is_secret(secret) else ""


def browser_hash(request: HttpRequest) -> str:
    """The hash of the cookie as the tables keep it; empty if there is none."""
    secret = browser_secret(request)
    return digest(secret) if secret else ""


def ensure_browser(request: HttpRequest) -> str:
    """The browser's cookie, or a new one, which the caller must set on its response (`remember_browser`).

    The new one is put into the request as well, so that the session opened by it belongs to a known browser.
    """
    known = browser_secret(request)
    if not known:
        known = request.COOKIES[settings.BROWSER_COOKIE_NAME] = new_secret()
    return known


@dataclass(frozen=True)
class Requester:
    """The browser that requests a link: its mail shows IP address and device, its cookie is checked later."""

    browser_hash: str = ""
    ip: str | None = None
    user_agent: str = ""


def requester_with(secret: str) -> Requester:
    """The sender of the current request, with the browser cookie `secret` (empty for none)."""
    request = current_request()
    return Requester(
        browser_hash=digest(secret) if secret else "",
        ip=request.ip,
        user_agent=request.user_agent,
    )


def remember_browser(response: HttpResponseBase, secret: str) -> None:
    """Set the browser's cookie, or renew it for another year."""
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        secret,
        max_age=COOKIE_AGE,
        secure=settings.SITE_IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )

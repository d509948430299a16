"""The cookie by which a browser is known again: it proves who asked for a link, and which devices are not new."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.secrets import digest, new_secret
from core.request_context import current_request

COOKIE_AGE = 365 * 24 * 3600  # seconds


def browser_secret(request: HttpRequest) -> str:
    """The browser's cookie; empty where it has none, or one that we never gave."""
    secret = request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "")
    return secret if len(secret) == len(new_secret()) else ""


def browser_hash(request: HttpRequest) -> str:
    """What the tables keep of the cookie; empty where there is none."""
    secret = browser_secret(request)
    return digest(secret) if secret else ""


def ensure_browser(request: HttpRequest) -> str:
    """The browser's cookie, or one for it from now on, so that its next sign-in is not that of a new device.

    Whoever calls this gives it to the browser with the answer (`remember_browser`).
    """
    known = browser_secret(request)
    if not known:
        known = request.COOKIES[settings.BROWSER_COOKIE_NAME] = new_secret()
    return known


@dataclass(frozen=True)
class Asker:
    """Who asks for a link: what its mail shows, and what the browser will have to prove."""

    browser_hash: str = ""
    ip: str | None = None
    user_agent: str = ""


def asker_with(secret: str) -> Asker:
    """The one behind this request, whose browser holds, or is about to get, the cookie `secret`."""
    request = current_request()
    return Asker(
        browser_hash=digest(secret) if secret else "",
        ip=request.ip,
        user_agent=request.user_agent,
    )


def remember_browser(response: HttpResponseBase, secret: str) -> None:
    """Give the browser its cookie, or renew it for another year."""
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        secret,
        max_age=COOKIE_AGE,
        secure=settings.SITE_IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )

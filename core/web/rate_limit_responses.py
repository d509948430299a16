"""Pages for clients that exceed a rate limit."""

from django.http import HttpResponse
from django.utils.translation import ngettext

from core.security.rate_limits import LimitedError


def wait_sentence(seconds: int) -> str:
    """When to try again, in words."""
    if seconds < 90:
        text = ngettext(
            "Too many attempts in a short time. Try again in %(count)d second.",
            "Too many attempts in a short time. Try again in %(count)d seconds.",
            seconds,
        )
        return text % {"count": seconds}
    minutes = -(-seconds // 60)
    text = ngettext(
        "Too many attempts in a short time. Try again in %(count)d minute.",
        "Too many attempts in a short time. Try again in %(count)d minutes.",
        minutes,
    )
    return text % {"count": minutes}


def too_many(response: HttpResponse, limited: LimitedError) -> HttpResponse:
    """Make this page a 429 with a Retry-After header."""
    response.status_code = 429
    response.headers["Retry-After"] = str(limited.retry_after)
    return response

"""How a page says that it was too often, and when to come back."""

from django.http import HttpResponse
from django.utils.translation import ngettext

from core.security.rate_limits import LimitedError


def wait_sentence(seconds: int) -> str:
    """When to come back, in words."""
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
    """The same page as 429, with the seconds to wait for programs."""
    response.status_code = 429
    response.headers["Retry-After"] = str(limited.retry_after)
    return response

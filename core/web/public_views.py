"""The one way out of the guard, and what the pages behind it that a mailed secret opens owe that secret.

Every view is closed to the signed-out unless it carries the mark.
"""

from django.contrib.auth.decorators import login_not_required as public
from django.http import HttpResponse

__all__ = ["guarded", "public"]


def guarded(response: HttpResponse) -> HttpResponse:
    """Sub-resources must not carry the link, and no index keeps it.

    Not `no-referrer`: browsers then send `Origin: null` with the form, which Django's CSRF check refuses.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response

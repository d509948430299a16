"""Marks public views, and adds the headers that keep one-time links from leaking.

Every view is closed to signed-out visitors unless it is marked `public`.
"""

from django.contrib.auth.decorators import login_not_required as public
from django.http import HttpResponse

__all__ = ["add_link_headers", "public"]


def add_link_headers(response: HttpResponse) -> HttpResponse:
    """Keep the page's address, which holds a secret, out of Referer headers and search engines.

    Not by `no-referrer`: browsers then send `Origin: null` with the form, which Django's CSRF check refuses.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response

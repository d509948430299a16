"""A cache of rendered pages that differ between visitors only in the CSRF token of their one form.

A cached page is served to everyone, so it may depend on nothing of a request but its key. The addresses in a page are
made from SITE_URL and the path, never from the Host header or the SCRIPT_NAME (settings.FORCE_SCRIPT_NAME). The query
string does appear in them, so a request with one is neither cached nor served from the cache.
"""

import re
from collections.abc import Callable, Hashable

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import get_language

from core.templatetags.page import chosen_theme

_TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")\w+(?=")')

# The parts before and after the token. The keys have few values, so nothing is ever evicted.
pages: dict[tuple[Hashable, ...], tuple[bytes, bytes]] = {}


def cached_page(
    request: HttpRequest, render: Callable[[], HttpResponse], *, key: tuple[Hashable, ...]
) -> HttpResponse:
    """Return the page of this key, language, theme and year, with a CSRF token for this visitor.

    `render` makes the page if it is not cached yet, or if it holds messages for this visitor. Raises ValueError if the
    rendered page has not exactly one token.
    """
    if settings.DEBUG or request.META.get("QUERY_STRING") or get_messages(request):
        return render()
    key = (*key, get_language(), chosen_theme(request), timezone.now().year)
    if key not in pages:
        response = render()
        before, after = _TOKEN.split(response.content)
        pages[key] = before, after
        return response
    before, after = pages[key]
    return HttpResponse(before + get_token(request).encode() + after)

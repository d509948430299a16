"""Style sheets inside the pages that strangers open first.

A browser paints nothing before it has the style sheet, and only reads its address in the page: on a telephone, one more
round trip. The Content Security Policy of such a page allows this one text, by its hash.
"""

import base64
import hashlib
from collections.abc import Callable
from functools import cache, lru_cache, wraps
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpResponseBase

from core.web.static_finder import SOURCES
from core.web.stylesheets import joined_sheets

View = Callable[..., HttpResponseBase]


def inline_sheet(layout: str) -> str:
    """The joined style sheet of a layout; read again for each page in development."""
    return joined_sheets(SOURCES, layout) if settings.DEBUG else _kept_sheet(layout)


@cache
def _kept_sheet(layout: str) -> str:
    return joined_sheets(SOURCES, layout)


def csp_source(layout: str) -> str:
    """What the policy's `style-src` must name for that sheet."""
    return _source_of(inline_sheet(layout))


@lru_cache(maxsize=16)
def _source_of(sheet: str) -> str:
    digest = hashlib.sha256(sheet.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def inlines_sheet(layout: str) -> Callable[[View], View]:
    """Mark a view whose page holds a layout's style sheet (`{% stylesheet … inline=True %}`)."""

    def decorator(view: View) -> View:
        @wraps(view)
        def allowed(*args: Any, **kwargs: Any) -> HttpResponseBase:
            return csp_update({"style-src": [csp_source(layout)]})(view)(*args, **kwargs)

        return allowed

    return decorator

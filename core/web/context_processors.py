"""Template context of every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_from_path


def languages(request: HttpRequest) -> dict[str, Any]:
    """`language_links`: this page in each language, under the language's own name.

    Only the prefix of a path names its language and no route is translated, so nothing needs to be resolved.
    """
    current = get_language()
    path = request.get_full_path()
    prefix = get_language_from_path(request.path_info)
    rest = path.removeprefix(f"/{prefix}") if prefix else None
    return {
        "language_links": [
            {
                "code": code,
                "name": name,
                "url": path if rest is None else f"/{code}{rest}",
                "current": code == current,
            }
            for code, name in settings.LANGUAGES
        ],
    }

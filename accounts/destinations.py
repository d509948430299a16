"""Where a person goes after signing in. An address given from outside is trusted only when it is one of our pages."""

from urllib.parse import unquote, urlsplit

from django.urls import Resolver404, resolve
from django.utils.translation import get_language, get_language_from_path, override

MAX_LENGTH = 500


def safe_next(path: str) -> str:
    """`path` where it names a closed page of ours, else nothing.

    No scheme, no host, no second slash or backslash in whatever encoding, no control character; and it must resolve to
    a view behind the guard, which leaves out the sign-in pages themselves and sign-out.
    """
    decoded = unquote(unquote(path))
    if not path.startswith("/") or len(path) > MAX_LENGTH:
        return ""
    if decoded.startswith(("//", "/\\")) or "\\" in decoded or not decoded.isprintable():
        return ""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc:
        return ""
    try:
        # A page has its address in each language; it need not be the one of the page that asks.
        with override(get_language_from_path(parts.path) or get_language()):
            view = resolve(parts.path).func
    except Resolver404:
        return ""
    return path if getattr(view, "login_required", True) else ""

"""Where webhooks may go: an address that somebody typed must not lead into the private network."""

from urllib.parse import urlsplit

from django.conf import settings

from core.http import UnreachableError, is_public

LONGEST = 2000  # characters


def is_allowed(url: str) -> bool:
    """Whether `url` is ours, or https on a host whose every address is public."""
    if len(url) > LONGEST or not (url.isascii() and url.isprintable()):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        return False
    ours = urlsplit(settings.SITE_URL)
    if (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc):
        return True
    try:
        return parts.scheme == "https" and bool(parts.hostname) and is_public(str(parts.hostname), port)
    except UnreachableError:
        return False

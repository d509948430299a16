"""Where webhooks may go: an address that somebody typed must not lead into the private network."""

import ipaddress
import socket
from urllib.parse import urlsplit

from django.conf import settings

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
    return parts.scheme == "https" and bool(parts.hostname) and _is_public(str(parts.hostname), port)


def _is_public(host: str, port: int) -> bool:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return all(ipaddress.ip_address(address[0]).is_global for *_rest, address in found)

"""The client's IP address, which the client cannot choose."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

LONGEST_TEXT = 100


def client_ip(request: HttpRequest) -> str | None:
    """The client's address, an IPv4 address written as IPv6 in its usual form. None if there is no valid one."""
    return read_address(_reported(request))


def client_key(request: HttpRequest) -> str:
    """What tells this client from others where requests are counted: its address.

    Where that cannot be read, the text that stands in its place, with the peer of the connection. The trusted proxy
    wrote the one and the network the other, so a client cannot choose a new key.
    """
    reported = _reported(request)
    peer = request.META.get("REMOTE_ADDR", "")
    return read_address(reported) or f"{reported.lower()[:LONGEST_TEXT]}|{peer}"


def read_address(text: str) -> str | None:
    """The one spelling of an address in any form that proxies write; None for anything else.

    `203.0.113.7:40007` (Azure), `[2001:db8::1]:4711`, `[2001:db8::1]`, in quotes, in upper case, with a zone
    (`fe80::1%eth0`, which no column for addresses accepts), or IPv4 as `::ffff:203.0.113.7`.
    """
    text = text.strip().strip("\"'").strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # a port: an IPv6 address has two colons at least
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0].strip())
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)


def _reported(request: HttpRequest) -> str:
    """The entry of `X-Forwarded-For` as far from the right as there are trusted proxies, or else the peer's address.

    Each proxy appends the address it saw, so the entries from the right are reliable, and a client can only write to
    the left of them. Without trusted proxies the header is ignored.
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    if not settings.TRUSTED_PROXIES:
        return peer
    header = request.META.get("HTTP_X_FORWARDED_FOR", "")
    entries = [entry.strip() for entry in header.split(",") if entry.strip()]
    return entries[-settings.TRUSTED_PROXIES :][0] if entries else peer

"""The client's IP address, which the client cannot choose."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str | None:
    """The client's address: from the right of `X-Forwarded-For`, as many hops as there are trusted proxies.

    Each proxy appends the address it saw, so the entries from the right are reliable, and a client can only write to
    the left of them. Without trusted proxies the header is ignored. None if there is no valid address.
    """
    hops = [request.META.get("REMOTE_ADDR", "")]
    if settings.TRUSTED_PROXIES:
        forwarded = [
            hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()
        ]
        hops = forwarded[-settings.TRUSTED_PROXIES :] or hops
    try:
        # `fe80::1%eth0` includes the network interface, which no column for addresses accepts.
        return str(ipaddress.ip_address(hops[0].partition("%")[0]))
    except ValueError:
        return None

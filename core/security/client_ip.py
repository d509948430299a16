"""The address a request came from, which a client cannot choose."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str | None:
    """The client's IP address: read from the right of `X-Forwarded-For`, as many hops as proxies are trusted.

    Each proxy appends the address it saw, so the entries from the right are ours; what a client writes stands left
    of them and is never reached. Without trusted proxies the header is ignored. None where no address can be read.
    """
    hops = [request.META.get("REMOTE_ADDR", "")]
    if settings.TRUSTED_PROXIES:
        forwarded = [
            hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()
        ]
        hops = forwarded[-settings.TRUSTED_PROXIES :] or hops
    try:
        # `fe80::1%eth0` names the machine's own interface too, which no table of addresses takes.
        return str(ipaddress.ip_address(hops[0].partition("%")[0]))
    except ValueError:
        return None

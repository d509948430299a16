"""Whether providers can reach us: they tell of calls at SITE_URL, which must be public and https for that."""

import ipaddress

from django.conf import settings


def site_is_public() -> bool:
    """Whether SITE_URL looks like an address that the whole Internet knows, over https."""
    return settings.SITE_IS_HTTPS and _is_public_name(settings.SITE_HOST)


def _is_public_name(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal", ".test"))

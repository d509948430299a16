"""Where the providers are. Only the address differs between a provider and its stand-in in the sandbox."""

import ipaddress

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from connections.problems import Problem, Provider, ProviderError


class VapiRegion(models.TextChoices):
    """Vapi keeps organisations of the United States and of Europe apart: a key works in one of them."""

    US = "us", _("United States")
    EU = "eu", _("Europe")
    SANDBOX = "sandbox", _("Sandbox")


class TwilioEndpoint(models.TextChoices):
    """Twilio itself, or the sandbox."""

    LIVE = "live", "Twilio"
    SANDBOX = "sandbox", _("Sandbox")


_VAPI = {VapiRegion.US: "https://api.vapi.ai", VapiRegion.EU: "https://api.eu.vapi.ai"}
_TWILIO = {TwilioEndpoint.LIVE: "https://api.twilio.com/2010-04-01"}


def vapi_url(region: str) -> str:
    """Give the base address of Vapi's interface in a region. Raises ProviderError where the sandbox is off."""
    return _VAPI.get(VapiRegion(region)) or _sandbox_url(Provider.VAPI, "/vapi")


def twilio_url(endpoint: str) -> str:
    """Give the base address of Twilio's interface. Raises ProviderError where the sandbox is off."""
    return _TWILIO.get(TwilioEndpoint(endpoint)) or _sandbox_url(Provider.TWILIO, "/twilio/2010-04-01")


def _sandbox_url(provider: Provider, path: str) -> str:
    if not settings.AVA_SANDBOX:
        raise ProviderError(Problem.SANDBOX_OFF, provider)
    return f"{settings.SITE_URL}/sandbox{path}"


def site_is_public() -> bool:
    """Whether SITE_URL looks like an address that the whole Internet knows, over https."""
    return settings.SITE_IS_HTTPS and _is_public_name(settings.SITE_HOST)


def _is_public_name(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal", ".test"))

"""Asking a provider whether credentials work, with real requests that change nothing. Never inside a transaction."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from connections.problems import Problem, Provider, ProviderError
from connections.twilio.client import IncomingNumber, TwilioClient
from connections.vapi.client import VapiClient

TRIAL = "Trial"
# Who answers a number that nobody has pointed anywhere (Twilio's demonstration), or that Vapi answers already.
NOBODY = ("demo.twilio.com", "vapi.ai")


@dataclass(frozen=True)
class TwilioFinding:
    """What Twilio says of an account that works, and of its number."""

    is_trial: bool
    number: IncomingNumber


def probe_vapi(client: VapiClient) -> None:
    """Raise ProviderError where the key does not open the organisation at Vapi."""
    client.list_assistants(limit=1)


def probe_twilio(client: TwilioClient, number: str) -> TwilioFinding:
    """Raise ProviderError where the login fails, or the number (E.164) is not the account's or takes no calls."""
    account = client.account()
    found = client.find_number(number)
    if found is None:
        raise ProviderError(Problem.NUMBER_NOT_OWNED, Provider.TWILIO)
    if not found.voice:
        raise ProviderError(Problem.NUMBER_NO_VOICE, Provider.TWILIO)
    return TwilioFinding(is_trial=account.type == TRIAL, number=found)


def former_target(number: IncomingNumber) -> str:
    """Who answers the number's calls today: a host, the SID of a trunk, or "" where nobody does.

    Of the address only the host is kept: what follows it may hold somebody's secret.
    """
    if number.trunk_sid:
        return number.trunk_sid
    try:
        host = urlsplit(number.voice_url).hostname or ""
    except ValueError:
        return ""
    return "" if any(host == known or host.endswith(f".{known}") for known in NOBODY) else host[:253]

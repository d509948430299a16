"""Twilio's REST API of 2010-04-01, as far as the product uses it.

Sources: Twilio's OpenAPI document (`api_v2010`) for paths, parameters and fields; its error dictionary
(twilio.com/docs/api/errors) for the codes. A refusal is `{"code", "message", "more_info", "status"}`.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from connections.client import ProviderClient, common_problem, sandbox_url
from connections.enums import Provider
from connections.problems import Problem, ProviderError

ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
API_KEY_SID = re.compile(r"SK[0-9a-fA-F]{32}")


class TwilioEndpoint(models.TextChoices):
    """Twilio itself, or the sandbox."""

    LIVE = "live", "Twilio"
    SANDBOX = "sandbox", _("Sandbox")


_BASE_URLS: dict[str, str] = {TwilioEndpoint.LIVE: "https://api.twilio.com/2010-04-01"}


def twilio_url(endpoint: str) -> str:
    """The base address of the API. Raises ProviderError where the sandbox is off, or the endpoint is none of ours."""
    if endpoint == TwilioEndpoint.SANDBOX:
        return sandbox_url(Provider.TWILIO, "/twilio/2010-04-01")
    if endpoint not in _BASE_URLS:
        raise ProviderError(Problem.UNREADABLE_SECRET, Provider.TWILIO, detail="unknown endpoint")
    return _BASE_URLS[endpoint]


@dataclass(frozen=True)
class Account:
    """An active account; `type` is "Trial" or "Full"."""

    type: str


@dataclass(frozen=True)
class IncomingNumber:
    """A number of the account. Its calls go to `voice_url` or `trunk_sid`; both are empty where none is set."""

    sid: str
    phone_number: str
    voice: bool
    voice_url: str
    trunk_sid: str


class TwilioClient(ProviderClient):
    """One account at Twilio. Every method raises only ProviderError."""

    provider = Provider.TWILIO

    def __init__(
        self, *, base_url: str, sid: str, token: str, key_sid: str = "", timeout: float = 15
    ) -> None:
        """`token` is the account's, or the secret of the API key `key_sid`."""
        super().__init__(base_url=base_url, timeout=timeout, secrets=(token,))
        self._sid = sid
        self._login = (key_sid or sid, token)
        # Standard keys may use everything but the account and the keys themselves: twilio.com/docs/iam/api-keys.
        self.may_read_account = not key_sid

    def account(self) -> Account:
        """Read the account; TWILIO_SUSPENDED or TWILIO_CLOSED where it is not active. `GET /Accounts/{Sid}.json`."""
        found = self._object("GET", ".json")
        status = self._text(found, "status")
        if status != "active":
            raise ProviderError(_ACCOUNT_STATUSES.get(status, Problem.UNREADABLE_ANSWER), self.provider)
        return Account(type=self._text(found, "type"))

    def find_number(self, number: str) -> IncomingNumber | None:
        """Find a number (E.164) of the account; None where the account does not own it.

        `GET /Accounts/{Sid}/IncomingPhoneNumbers.json?PhoneNumber=` also returns numbers that only contain it.
        """
        found = self._object("GET", "/IncomingPhoneNumbers.json", params={"PhoneNumber": number})
        rows = found.get("incoming_phone_numbers")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self._unreadable("no list of numbers")
        return next((self._number(row) for row in rows if row.get("phone_number") == number), None)

    def create_call(self, *, to: str, from_: str, twiml: str) -> dict[str, Any]:
        """Call `to` from the account's number `from_` (both E.164) and execute `twiml`. `POST …/Calls.json`."""
        call = self._object("POST", "/Calls.json", form={"To": to, "From": from_, "Twiml": twiml})
        self._text(call, "sid")
        return call

    def problem_of(self, status: int, body: Any) -> Problem:
        """The problem by Twilio's error code, else by the status."""
        code = body.get("code") if isinstance(body, dict) else None
        known = _CODES.get(code) if isinstance(code, int) else None
        return known or _STATUSES.get(status) or common_problem(status)

    def _object(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        # A value that is no SID must not lead to another path.
        if not ACCOUNT_SID.fullmatch(self._sid):
            raise ProviderError(Problem.TWILIO_LOGIN, self.provider, detail="not an account SID")
        found = self._send(method, f"/Accounts/{self._sid}{path}", basic=self._login, **options)
        if not isinstance(found, dict):
            raise self._unreadable("no object where one is due")
        return found

    def _number(self, row: dict[str, Any]) -> IncomingNumber:
        capabilities = row.get("capabilities")
        return IncomingNumber(
            sid=self._text(row, "sid"),
            phone_number=self._text(row, "phone_number"),
            voice=isinstance(capabilities, dict) and capabilities.get("voice") is True,
            voice_url=str(row.get("voice_url") or ""),
            trunk_sid=str(row.get("trunk_sid") or ""),
        )

    def _text(self, row: dict[str, Any], field: str) -> str:
        value = row.get(field)
        if not isinstance(value, str):
            raise self._unreadable(f"no {field}")
        return value


_ACCOUNT_STATUSES = {"suspended": Problem.TWILIO_SUSPENDED, "closed": Problem.TWILIO_CLOSED}

_STATUSES = {401: Problem.TWILIO_LOGIN, 402: Problem.TWILIO_NO_CREDIT}

_CODES = {
    10001: Problem.TWILIO_SUSPENDED,  # account is not active
    20003: Problem.TWILIO_LOGIN,
    20005: Problem.TWILIO_SUSPENDED,  # account not active
    20008: Problem.TWILIO_TEST_CREDENTIALS,
    20403: Problem.TWILIO_SUSPENDED,  # the account may not use the API
    20429: Problem.RATE_LIMITED,
    21211: Problem.NUMBER_INVALID,  # `To` is no phone number
    21214: Problem.NUMBER_INVALID,  # `To` cannot be reached
    21215: Problem.TWILIO_COUNTRY,  # its country is not among the geographic permissions
    21219: Problem.TWILIO_TRIAL,  # a trial account calls verified numbers only
}

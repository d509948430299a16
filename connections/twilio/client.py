"""Twilio's REST API of 2010-04-01, as far as the product uses it.

Sources: Twilio's OpenAPI document (`api_v2010`) for paths, parameters and fields; its error dictionary
(twilio.com/docs/api/errors) for the codes. A refusal is `{"code", "message", "more_info", "status"}`.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from connections.client import ProviderClient, Read, common_problem, sandbox_url
from connections.enums import Provider
from connections.problems import Problem, ProviderError
from connections.refusals import Refusal
from connections.twilio.answers import (
    MOST_LEGS,
    WORD_LENGTH,
    Account,
    CallPage,
    IncomingNumber,
    Leg,
    read_call_page,
    read_leg,
    read_legs,
    read_number_page,
    read_numbers,
    read_sid,
)
from core.http import fields

ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}")
API_KEY_SID = re.compile(r"SK[0-9a-fA-F]{32}")
ACCOUNT_TYPES = ("Trial", "Full")
PAGE_SIZE = 100
CALLS_A_PAGE = 500  # 1 kB each: well below the largest answer
MOST_PAGES = 5


class TwilioEndpoint(models.TextChoices):
    """Twilio itself, or the sandbox."""

    LIVE = "live", "Twilio"
    SANDBOX = "sandbox", _("Trial mode")


_BASE_URLS: dict[str, str] = {TwilioEndpoint.LIVE: "https://api.twilio.com/2010-04-01"}


def twilio_url(endpoint: str) -> str:
    """The base address of the API. Raises ProviderError where the sandbox is off, or the endpoint is none of ours."""
    if endpoint == TwilioEndpoint.SANDBOX:
        return sandbox_url(Provider.TWILIO, "/twilio/2010-04-01")
    if endpoint not in _BASE_URLS:
        raise ProviderError(Problem.UNREADABLE_SECRET, Provider.TWILIO, detail="unknown endpoint")
    return _BASE_URLS[endpoint]


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
        found = self._request("GET", ".json", fields.mapping)
        status, kind = (fields.text(found.get(name), at_most=WORD_LENGTH) for name in ("status", "type"))
        if status != "active":
            raise ProviderError(_ACCOUNT_STATUSES.get(status, Problem.UNREADABLE_ANSWER), self.provider)
        if kind not in ACCOUNT_TYPES:
            raise ProviderError(Problem.UNREADABLE_ANSWER, self.provider, detail="no type")
        return Account(type=kind)

    def find_number(self, number: str) -> IncomingNumber | None:
        """Find a number (E.164) of the account; None where the account does not own it.

        `GET /Accounts/{Sid}/IncomingPhoneNumbers.json?PhoneNumber=` also returns numbers that only contain it.
        """
        params = {"PhoneNumber": number}
        owned = self._request("GET", "/IncomingPhoneNumbers.json", read_numbers, params=params)
        return next((each for each in owned if each.phone_number == number), None)

    def list_numbers(self) -> list[IncomingNumber]:
        """The first 500 numbers of the account. `GET /Accounts/{Sid}/IncomingPhoneNumbers.json`, page by page."""
        numbers: list[IncomingNumber] = []
        params = {"PageSize": str(PAGE_SIZE)}
        for _page in range(MOST_PAGES):
            page = self._request("GET", "/IncomingPhoneNumbers.json", read_number_page, params=params)
            numbers += page.numbers
            params = page.following
            if not params:
                break
        return numbers

    def create_call(self, *, to: str, from_: str, twiml: str) -> str:
        """Call `to` from the account's number `from_` (both E.164) and execute `twiml`; the call's SID.

        `POST …/Calls.json`.
        """
        form = {"To": to, "From": from_, "Twiml": twiml}
        return self._request("POST", "/Calls.json", read_sid, form=form)

    def end_call(self, sid: str) -> None:
        """Hang up a call of the account; no error where it is over already.

        `POST …/Calls/{CallSid}.json` with `Status=completed`, which ends ringing and answered calls alike.
        """
        if not CALL_SID.fullmatch(sid):
            raise ProviderError(Problem.GONE, self.provider, detail="not a call SID")
        try:
            self._request("POST", f"/Calls/{sid}.json", read_sid, form={"Status": "completed"})
        except ProviderError as error:
            if error.problem != Problem.GONE:
                raise

    def get_leg(self, sid: str) -> Leg:
        """Read a call; GONE where the account has none of this SID. `GET …/Calls/{Sid}.json`."""
        if not CALL_SID.fullmatch(sid):  # a value that is no SID must not lead to another path
            raise ProviderError(Problem.GONE, self.provider, detail="not a SID")
        return self._request("GET", f"/Calls/{sid}.json", read_leg)

    def list_child_legs(self, sid: str) -> list[Leg]:
        """List the legs that a call opened: to Vapi, or to whom it was transferred. `GET …/Calls.json`."""
        params = {"ParentCallSid": sid, "PageSize": str(MOST_LEGS)}
        return self._request("GET", "/Calls.json", read_legs, params=params)

    def list_calls_to(self, number: str, *, since: date, paging: dict[str, str] | None = None) -> CallPage:
        """List calls to a number (E.164) that began on or after a day in UTC. `GET …/Calls.json?To=&StartTime>=`.

        `paging` is what the page before said of the following one. The schema knows days only, not times.
        """
        params = {"To": number, "StartTime>": since.isoformat(), "PageSize": str(CALLS_A_PAGE)}
        return self._request("GET", "/Calls.json", read_call_page, params=params | (paging or {}))

    def problem_of(self, refusal: Refusal) -> Problem:
        """The problem by Twilio's error code, else by the status. An error of its own kind has Twilio's own words."""
        if refusal.code in _CODES:
            return _CODES[refusal.code]
        if refusal.code is not None and refusal.message and refusal.status in {400, 403}:
            return Problem.REFUSED
        return _STATUSES.get(refusal.status) or common_problem(refusal.status)

    def _request(self, method: str, path: str, read: Callable[[Any], Read], **options: Any) -> Read:
        # A value that is no SID must not lead to another path.
        if not ACCOUNT_SID.fullmatch(self._sid):
            raise ProviderError(Problem.TWILIO_LOGIN, self.provider, detail="not an account SID")
        return self._send(method, f"/Accounts/{self._sid}{path}", read, basic=self._login, **options)


_ACCOUNT_STATUSES = {"suspended": Problem.TWILIO_SUSPENDED, "closed": Problem.TWILIO_CLOSED}

_STATUSES = {401: Problem.TWILIO_LOGIN, 402: Problem.TWILIO_NO_CREDIT}

_CODES = {
    10001: Problem.TWILIO_SUSPENDED,  # account is not active
    20003: Problem.TWILIO_LOGIN,
    20005: Problem.TWILIO_SUSPENDED,  # account not active
    20008: Problem.TWILIO_TEST_CREDENTIALS,
    20403: Problem.TWILIO_SUSPENDED,  # the account may not use the API
    20404: Problem.GONE,
    20422: Problem.REJECTED,  # an invalid parameter
    20429: Problem.RATE_LIMITED,
    21201: Problem.REJECTED,  # no `To`
    21205: Problem.REJECTED,  # an invalid `Url`
    21211: Problem.NUMBER_INVALID,  # `To` is no phone number
    21214: Problem.NUMBER_INVALID,  # `To` cannot be reached
    21213: Problem.REJECTED,  # no `From`
    21215: Problem.TWILIO_COUNTRY,  # its country is not among the geographic permissions
    21220: Problem.GONE,  # the call is over
    21219: Problem.TWILIO_TRIAL,  # a trial account calls verified numbers only
}

"""Twilio's REST API of 2010-04-01, as far as the product uses it.

Sources: Twilio's OpenAPI document (`api_v2010`) for paths, parameters and fields; its error dictionary
(twilio.com/docs/api/errors) for the codes. A refusal is `{"code", "message", "more_info", "status"}`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from django.db import models
from django.utils.translation import gettext_lazy as _

from connections.client import ProviderClient, Read, common_problem, sandbox_url
from connections.enums import Provider
from connections.problems import Problem, ProviderError
from connections.refusals import Refusal
from core.http import fields
from core.http.client import MalformedError

ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}")
API_KEY_SID = re.compile(r"SK[0-9a-fA-F]{32}")
ACCOUNT_TYPES = ("Trial", "Full")
SID_LENGTH = 34
WORD_LENGTH = 40  # characters of a status, of a number
ADDRESS_LENGTH = 2000
MOST_NUMBERS = MOST_LEGS = 1000  # the largest page
PAGE_SIZE = 100
MOST_PAGES = 5
PAGING = ("PageSize", "Page", "PageToken")
_PRICE = re.compile(r"-?[0-9]{1,5}(\.[0-9]{1,6})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_UNCHARGED = frozenset({"busy", "failed", "no-answer", "canceled"})  # CallEnumStatus


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


@dataclass(frozen=True)
class Account:
    """An active account; `type` is "Trial" or "Full"."""

    type: str


@dataclass(frozen=True)
class IncomingNumber:
    """A number of the account. Its calls go to the trunk, else to the application, else to `voice_url`, where set."""

    sid: str
    phone_number: str
    voice: bool
    voice_url: str
    trunk_sid: str
    application_sid: str


@dataclass(frozen=True)
class NumberPage:
    """Some numbers of an account, and the parameters that ask for the next page; none after the last."""

    numbers: list[IncomingNumber]
    following: dict[str, str]


@dataclass(frozen=True)
class Leg:
    """One leg of a call. `price` is what it costs, positive, in `currency` (ISO 4217); None while Twilio has none."""

    sid: str
    status: str
    price: Decimal | None
    currency: str

    @property
    def is_settled(self) -> bool:
        """Whether the price is known: a leg that was not answered costs nothing, and never gets one."""
        return self.price is not None or self.status in _UNCHARGED


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
        owned = self._request("GET", "/IncomingPhoneNumbers.json", _read_numbers, params=params)
        return next((each for each in owned if each.phone_number == number), None)

    def list_numbers(self) -> list[IncomingNumber]:
        """The first 500 numbers of the account. `GET /Accounts/{Sid}/IncomingPhoneNumbers.json`, page by page."""
        numbers: list[IncomingNumber] = []
        params = {"PageSize": str(PAGE_SIZE)}
        for _page in range(MOST_PAGES):
            page = self._request("GET", "/IncomingPhoneNumbers.json", _read_page, params=params)
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
        return self._request("POST", "/Calls.json", _read_sid, form=form)

    def end_call(self, sid: str) -> None:
        """Hang up a call of the account; no error where it is over already.

        `POST …/Calls/{CallSid}.json` with `Status=completed`, which ends ringing and answered calls alike.
        """
        if not CALL_SID.fullmatch(sid):
            raise ProviderError(Problem.GONE, self.provider, detail="not a call SID")
        try:
            self._request("POST", f"/Calls/{sid}.json", _read_sid, form={"Status": "completed"})
        except ProviderError as error:
            if error.problem != Problem.GONE:
                raise

    def get_leg(self, sid: str) -> Leg:
        """Read a call; GONE where the account has none of this SID. `GET …/Calls/{Sid}.json`."""
        if not CALL_SID.fullmatch(sid):  # a value that is no SID must not lead to another path
            raise ProviderError(Problem.GONE, self.provider, detail="not a SID")
        return self._request("GET", f"/Calls/{sid}.json", _read_leg)

    def list_child_legs(self, sid: str) -> list[Leg]:
        """List the legs that a call opened: to Vapi, or to whom it was transferred. `GET …/Calls.json`."""
        params = {"ParentCallSid": sid, "PageSize": str(MOST_LEGS)}
        return self._request("GET", "/Calls.json", _read_legs, params=params)

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


def _read_page(value: Any) -> NumberPage:
    """Only the parameters of `next_page_uri` are used, so that no answer leads to another address."""
    uri = fields.text(fields.mapping(value).get("next_page_uri"), at_most=ADDRESS_LENGTH)
    given = dict(parse_qsl(uri.partition("?")[2]))
    return NumberPage(_read_numbers(value), {name: given[name] for name in PAGING if name in given})


def _read_numbers(value: Any) -> list[IncomingNumber]:
    rows = fields.mapping(value).get("incoming_phone_numbers")
    return [_read_number(row) for row in fields.mappings(rows, at_most=MOST_NUMBERS)]


def _read_number(row: dict[str, Any]) -> IncomingNumber:
    capabilities = row.get("capabilities")
    return IncomingNumber(
        sid=_read_sid(row),
        phone_number=fields.text(row.get("phone_number"), at_most=WORD_LENGTH),
        voice=isinstance(capabilities, dict) and capabilities.get("voice") is True,
        voice_url=fields.text(row.get("voice_url"), at_most=ADDRESS_LENGTH),
        trunk_sid=fields.text(row.get("trunk_sid"), at_most=SID_LENGTH),
        application_sid=fields.text(row.get("voice_application_sid"), at_most=SID_LENGTH),
    )


def _read_legs(value: Any) -> list[Leg]:
    return [_read_leg(row) for row in fields.mappings(fields.mapping(value).get("calls"), at_most=MOST_LEGS)]


def _read_leg(value: Any) -> Leg:
    """The price is a negative number as text: "-0.0085"."""
    row = fields.mapping(value)
    price, currency = row.get("price"), fields.text(row.get("price_unit"), at_most=3).upper()
    if not isinstance(price, str) or not _PRICE.fullmatch(price):
        price = None
    elif not _CURRENCY.fullmatch(currency):
        raise MalformedError("a price without a currency")
    return Leg(
        sid=_read_sid(row),
        status=fields.text(row.get("status"), at_most=WORD_LENGTH),
        price=None if price is None else abs(Decimal(price)),
        currency=currency,
    )


def _read_sid(value: Any) -> str:
    return fields.identifier(fields.mapping(value).get("sid"), at_most=SID_LENGTH)


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

"""What Twilio answers, as far as the product reads it: every field with its type and its length.

Source: Twilio's OpenAPI document (`api_v2010`).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl

from core.http import fields
from core.http.client import MalformedError

SID_LENGTH = 34
WORD_LENGTH = 40  # characters of a status, of a number
ADDRESS_LENGTH = 2000
MOST_NUMBERS = MOST_LEGS = 1000  # the largest page
PAGING = ("PageSize", "Page", "PageToken")
_PRICE = re.compile(r"-?[0-9]{1,5}(\.[0-9]{1,6})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_UNCHARGED = frozenset({"busy", "failed", "no-answer", "canceled"})  # CallEnumStatus


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


@dataclass(frozen=True)
class LoggedCall:
    """A leg in the account's list. `parent_sid` is "" for the leg to or from a telephone that no other leg opened."""

    sid: str
    parent_sid: str
    direction: str
    status: str
    from_number: str  # E.164; for a withheld number a word such as "anonymous"
    to_number: str
    began_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class CallPage:
    """Some calls of an account, and the parameters that ask for the next page; none after the last."""

    calls: list[LoggedCall]
    following: dict[str, str]


def read_number_page(value: Any) -> NumberPage:
    """A page of phone numbers. Raises MalformedError, as all functions here."""
    return NumberPage(read_numbers(value), _read_following(value))


def read_call_page(value: Any) -> CallPage:
    """A page of the account's calls."""
    rows = fields.mappings(fields.mapping(value).get("calls"), at_most=MOST_LEGS)
    return CallPage([_read_logged(row) for row in rows], _read_following(value))


def _read_following(value: Any) -> dict[str, str]:
    """Only the parameters of `next_page_uri` are used, so that no answer leads to another address."""
    uri = fields.text(fields.mapping(value).get("next_page_uri"), at_most=ADDRESS_LENGTH)
    given = dict(parse_qsl(uri.partition("?")[2]))
    return {name: given[name] for name in PAGING if name in given}


def _read_logged(row: dict[str, Any]) -> LoggedCall:
    word = {
        name: fields.text(row.get(name), at_most=WORD_LENGTH)
        for name in ("parent_call_sid", "direction", "status", "from", "to")
    }
    return LoggedCall(
        sid=read_sid(row),
        parent_sid=word["parent_call_sid"],
        direction=word["direction"],
        status=word["status"],
        from_number=word["from"],
        to_number=word["to"],
        began_at=_read_time(row.get("start_time")) or _read_time(row.get("date_created")),
        ended_at=_read_time(row.get("end_time")) or _read_time(row.get("date_updated")),
    )


def _read_time(value: Any) -> datetime | None:
    """A time in RFC 2822, such as "Fri, 18 Oct 2019 17:00:00 +0000"; between the years 2000 and 2100."""
    try:
        found = parsedate_to_datetime(fields.text(value, at_most=WORD_LENGTH)).replace(microsecond=0)
    except (TypeError, ValueError, OverflowError):
        return None
    return found.astimezone(UTC) if found.tzinfo and 2000 <= found.year < 2100 else None


def read_numbers(value: Any) -> list[IncomingNumber]:
    """The phone numbers of a page."""
    rows = fields.mapping(value).get("incoming_phone_numbers")
    return [_read_number(row) for row in fields.mappings(rows, at_most=MOST_NUMBERS)]


def _read_number(row: dict[str, Any]) -> IncomingNumber:
    capabilities = row.get("capabilities")
    return IncomingNumber(
        sid=read_sid(row),
        phone_number=fields.text(row.get("phone_number"), at_most=WORD_LENGTH),
        voice=isinstance(capabilities, dict) and capabilities.get("voice") is True,
        voice_url=fields.text(row.get("voice_url"), at_most=ADDRESS_LENGTH),
        trunk_sid=fields.text(row.get("trunk_sid"), at_most=SID_LENGTH),
        application_sid=fields.text(row.get("voice_application_sid"), at_most=SID_LENGTH),
    )


def read_legs(value: Any) -> list[Leg]:
    """The legs of a page."""
    return [read_leg(row) for row in fields.mappings(fields.mapping(value).get("calls"), at_most=MOST_LEGS)]


def read_leg(value: Any) -> Leg:
    """One leg. Its price is a negative number as text: "-0.0085"."""
    row = fields.mapping(value)
    price, currency = row.get("price"), fields.text(row.get("price_unit"), at_most=3).upper()
    if not isinstance(price, str) or not _PRICE.fullmatch(price):
        price = None
    elif not _CURRENCY.fullmatch(currency):
        raise MalformedError("a price without a currency")
    return Leg(
        sid=read_sid(row),
        status=fields.text(row.get("status"), at_most=WORD_LENGTH),
        price=None if price is None else abs(Decimal(price)),
        currency=currency,
    )


def read_sid(value: Any) -> str:
    """The SID of anything."""
    return fields.identifier(fields.mapping(value).get("sid"), at_most=SID_LENGTH)

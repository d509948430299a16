"""Reads a provider's refusal: its status, code and words, and how long to wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from django.utils import timezone

from core.http import client as http
from core.http import fields
from core.security.redaction import REDACTED, redact

DETAIL_LENGTH = 500  # characters kept of a provider's own message
LONGEST_WAIT = 24 * 60 * 60  # seconds; a longer Retry-After is cut to this
_READ_LENGTH = 4000  # characters of a message that are searched at all
_LARGEST_CODE = 99_999  # Twilio's codes have five digits


@dataclass(frozen=True)
class Refusal:
    """An answer with a status of 300 or above.

    `code` is Twilio's number of the error. `message` is the provider's own, redacted, on one line. `is_validation`: it
    is a list, as Vapi writes what its schema forbids.
    """

    status: int
    code: int | None
    message: str
    is_validation: bool
    retry_after: int | None


def read_refusal(answer: http.Answer, *, secrets: tuple[str, ...]) -> Refusal:
    """Read an answer, with `secrets` kept out of its message. Any body is possible: a proxy may have written it."""
    try:
        body = fields.mapping(answer.json())
    except http.MalformedError:
        body = {}
    message = body.get("message")
    return Refusal(
        status=answer.status,
        code=fields.integer(body.get("code"), least=1, most=_LARGEST_CODE),
        message=_one_line(message, secrets),
        is_validation=isinstance(message, list) and bool(message),
        retry_after=_retry_after(answer.headers),
    )


def _one_line(message: Any, secrets: tuple[str, ...]) -> str:
    sentences = message if isinstance(message, list) else [message]
    words = "; ".join(each for each in sentences if isinstance(each, str))
    for secret in filter(None, secrets):
        words = words.replace(secret, REDACTED)
    if len(words) > _READ_LENGTH:
        # Without the last word: what is left of a secret would no longer look like one.
        words = words[:_READ_LENGTH].rpartition(" ")[0]
    return redact(" ".join(fields.text(words, at_most=_READ_LENGTH).split()))[:DETAIL_LENGTH]


def _retry_after(headers: Mapping[str, str]) -> int | None:
    """Seconds to wait. The header holds seconds or a date (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(int(value[:9]), LONGEST_WAIT)
    until = _date(value[:40])
    if until is None:
        return None
    seconds = (until - timezone.now()).total_seconds() if until.tzinfo else 0
    return min(max(round(seconds), 0), LONGEST_WAIT)


def _date(value: str) -> datetime | None:
    try:
        return parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None

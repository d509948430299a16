"""Reads the fields of a third party's JSON, none of which is trusted.

Identifiers and structures raise MalformedError where they are not what they should be. Text that is only shown or
compared is cut and cleaned instead, and empty where there is none.
"""

import re
from datetime import UTC, datetime
from typing import Any

from core.http.client import MalformedError
from core.text import printable

ID_LENGTH = 64
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]+")
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise MalformedError("no object where one is due")
    return value


def mappings(value: Any, *, at_most: int) -> list[dict[str, Any]]:
    """A list of JSON objects."""
    if not isinstance(value, list) or len(value) > at_most:
        raise MalformedError(f"no list of at most {at_most} objects where one is due")
    return [mapping(each) for each in value]


def identifier(value: Any, *, at_most: int = ID_LENGTH) -> str:
    """An identifier that may stand in a path and in a column of `at_most` characters."""
    if not is_identifier(value, at_most=at_most):
        raise MalformedError("no identifier where one is due")
    return str(value)


def is_identifier(value: Any, *, at_most: int = ID_LENGTH) -> bool:
    """Whether `identifier` would return the value."""
    return isinstance(value, str) and len(value) <= at_most and _IDENTIFIER.fullmatch(value) is not None


def text(value: Any, *, at_most: int) -> str:
    """Text to show or to compare, cut to `at_most` characters."""
    return printable(value[:at_most]) if isinstance(value, str) else ""


def integer(value: Any, *, least: int, most: int) -> int | None:
    """A whole number within bounds; a boolean is none."""
    return value if type(value) is int and least <= value <= most else None


def moment(value: Any) -> datetime | None:
    """An ISO 8601 time with its offset, between the years 2000 and 2100."""
    try:
        found = datetime.fromisoformat(text(value, at_most=40))
    except ValueError:
        return None
    return found if found.tzinfo and _EARLIEST <= found <= _LATEST else None

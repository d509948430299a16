"""Values that a request's view, template tags and context processors share."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.http import HttpRequest

Value = TypeVar("Value")


def once_per_request(request: HttpRequest, key: Hashable, read: Callable[[], Value]) -> Value:
    """Return what `read` returned when it was first called for `key` in this request."""
    values: dict[Hashable, Any] = request.__dict__.setdefault("_once_per_request", {})
    if key not in values:
        values[key] = read()
    found: Value = values[key]
    return found

"""Authentication, limits and faults of each request to the stand-in for Vapi; reads bodies and queries."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt

from core.http.json_text import parse_json
from core.security.client_ip import client_key
from core.security.rate_limits import LimitedError, hit
from core.web.public_views import public
from sandbox import limits
from sandbox.querysets import OwnedQuerySet
from sandbox.trouble.answers import answer_with
from sandbox.trouble.switches import ANSWERS, next_trouble
from sandbox.vapi.errors import WORDS, RefusedError, bad_request, refuse
from sandbox.vapi.validation import faults

Handler = Callable[..., HttpResponseBase]
Handlers = dict[str, Handler]

BOUNDS = [f"{field}{bound}" for field in ("createdAt", "updatedAt") for bound in ("Gt", "Lt", "Ge", "Le")]
MAX_LISTED = 1000


def endpoint(**handlers: Handler) -> Callable[..., HttpResponseBase]:
    """A view of one path: `endpoint(GET=listed, POST=created)`; each is called with the request and the key.

    Without handlers it answers 404.
    """

    @public
    @csrf_exempt
    def view(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        try:
            key = _key_of(request)
            _count(request)
            return _answer(request, handlers, key, parts)
        except RefusedError as error:
            return error.response()
        except LimitedError as error:
            answer = refuse(HTTPStatus.TOO_MANY_REQUESTS)
            answer.headers["Retry-After"] = str(error.retry_after)
            return answer

    return view


nothing = endpoint()


def _answer(request: HttpRequest, handlers: Handlers, key: str, parts: dict[str, Any]) -> HttpResponseBase:
    handler = handlers.get(request.method or "")
    if handler is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, f"Cannot {request.method} {request.path}")
    trouble = next_trouble("vapi", *ANSWERS)
    if trouble is None:
        return handler(request, key, **parts)
    return answer_with(trouble, work=lambda: handler(request, key, **parts), refuse=refuse)


def _key_of(request: HttpRequest) -> str:
    """The key in the header: the published one, or that with a dash and a suffix. Raises RefusedError for any other."""
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    known = rf"{re.escape(settings.SANDBOX_VAPI_KEY)}(-[a-z0-9-]{{1,40}})?"
    if scheme != "Bearer" or not re.fullmatch(known, key):
        raise RefusedError(HTTPStatus.UNAUTHORIZED, WORDS[HTTPStatus.UNAUTHORIZED])
    return key


def _count(request: HttpRequest) -> None:
    hit(limits.REQUESTS, client_key(request))


def read_body(request: HttpRequest, schema: str) -> dict[str, Any]:
    """The body, valid for `schema`. Raises RefusedError."""
    try:
        body = parse_json(_raw(request) or b"{}")
    except ValueError:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "The body is not valid JSON") from None
    if not isinstance(body, dict):
        raise bad_request("The body must be an object")
    check_size(body)
    if found := faults(schema, body):
        raise bad_request(*found)
    return body


def _raw(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig:
        raise _too_large() from None


def without_nulls(value: Any) -> Any:
    """A body without null properties, as it is stored."""
    if isinstance(value, list):
        return [without_nulls(item) for item in value if item is not None]
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return value


def check_size(body: dict[str, Any]) -> None:
    """Refuse a body that is too large, or that has text no database stores: a NUL, half of a surrogate pair."""
    text = json.dumps(body, ensure_ascii=False)
    if len(text) > limits.MAX_BODY:
        raise _too_large()
    if "\\u0000" in text.replace("\\\\", "") or any("\ud800" <= character <= "\udfff" for character in text):
        raise bad_request("The body holds characters that are not allowed")


def _too_large() -> RefusedError:
    return RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "request entity too large")


def make_room(model: Any, key: str) -> None:
    """Refuse to create a row where there are too many."""
    if limits.is_full(model, key):
        raise bad_request("The sandbox keeps no more objects for this key. Delete some first.")


def read_bounds(request: HttpRequest) -> dict[str, datetime]:
    """The date filters of the query. Raises RefusedError."""
    bounds = {}
    for name in BOUNDS:
        if text := request.GET.get(name):
            bounds[name] = _moment(name, text)
    return bounds


def _moment(name: str, text: str) -> datetime:
    try:
        # An unescaped plus sign of the offset arrives as a space.
        found = parse_datetime(text.replace(" ", "+")) if "T" in text else None
        if found is not None and found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise bad_request(f"{name} must be a valid ISO 8601 date string")


def read_limit(request: HttpRequest) -> int:
    """The requested page size: 100 by default, 1000 at most. Raises RefusedError."""
    text = request.GET.get("limit", "100")
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) > MAX_LISTED:
        raise bad_request("limit must not be greater than 1000", "limit must not be less than 0")
    return int(text)


def answer_list(
    request: HttpRequest, rows: OwnedQuerySet[Any], body_of: Callable[[Any], dict[str, Any]]
) -> JsonResponse:
    """As many of the rows as the query asks for and `limits.MAX_LIST` allows. Raises RefusedError."""
    found = rows.dated(read_bounds(request))[: read_limit(request)]
    bodies, size = [], 0
    for row in found.iterator(chunk_size=20):
        bodies.append(body_of(row))
        size += len(json.dumps(bodies[-1]))
        if size > limits.MAX_LIST:
            break
    return JsonResponse(bodies, safe=False)


def read_id(name: str, text: Any) -> uuid.UUID:
    """A UUID from a body or a query. Raises RefusedError."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        raise bad_request(f"{name} must be a UUID") from None

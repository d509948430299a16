"""Sends every request to a third party.

`send` limits time and size, follows no redirect, shares no cookies between tenants, logs no secret, and
raises a few named exceptions.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from io import BytesIO
from typing import IO, Any

import httpx2
from django.conf import settings
from django.db import connection

from core.http import deadline, public_addresses
from core.http.json_text import parse_json

logger = logging.getLogger("core.http")

TIMEOUT = 15.0  # seconds, connecting and reading together
CONNECT_TIMEOUT = 5.0
MAX_BYTES = 2 * 1024 * 1024


class HttpError(Exception):
    """No usable answer came; the subclasses say why. The message names host and path, never a secret."""


class UnreachableError(HttpError):
    """No connection: unknown host, refused, broken off, or an invalid certificate."""


class TimedOutError(HttpError):
    """The answer took longer than the timeout."""


class TooLargeError(HttpError):
    """The answer is larger than `max_bytes`."""


class MalformedError(HttpError):
    """The URL or the answer is unusable: HTML instead of JSON, or a host in the private network."""


@dataclass(frozen=True)
class Answer:
    """A response of any status."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Parse the body, numbers with a fraction as Decimal, since they may be money. Raises MalformedError."""
        try:
            return parse_json(self.body, parse_float=Decimal)
        except ValueError as error:
            raise MalformedError(f"status {self.status}, and no JSON") from error


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    basic: tuple[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    json: Any = None,
    form: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT,
    max_bytes: int = MAX_BYTES,
    foreign: bool = False,
    into: IO[bytes] | None = None,
) -> Answer:
    """Send one request and read the whole answer: at most `max_bytes`, within `timeout` seconds.

    `basic` is user and password; `json` or `form` is the body. `foreign` means that the URL comes from a third party;
    it must then be https to a public address, or our own server. The body is written to the file `into`, where one is
    given, instead of kept in the answer. Raises a subclass of HttpError if no answer came; any
    status is an answer, a redirect too. Refuses to run inside a transaction, which would hold its locks.
    """
    _refuse_in_transaction()
    until = time.monotonic() + timeout
    target = _parsed(url)
    client = _client_for_foreign(target) if foreign else _client()
    request = client.build_request(
        method, target, headers=headers, params=params, json=json, data=form, timeout=_limits(until)
    )
    return _exchange(client, request, httpx2.BasicAuth(*basic) if basic else None, max_bytes, into)


def _refuse_in_transaction() -> None:
    # A test's own transaction does not count (Django tells it apart in the same way for `durable` blocks).
    if any(not block._from_testcase for block in connection.atomic_blocks):  # type: ignore[attr-defined]
        raise RuntimeError("HTTP inside a transaction: send after the commit, in a task.")


def _parsed(url: str) -> httpx2.URL:
    try:
        return httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise MalformedError("an invalid address") from error


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _client_for_foreign(target: httpx2.URL) -> httpx2.Client:
    """The client for a URL of a third party: one that reaches public addresses only, except for our own server."""
    if _origin(target) == _origin(_parsed(settings.SITE_URL)):
        return _client()
    if target.scheme != "https" or not target.host:
        raise MalformedError(f"{target.scheme}://{target.host} is not https")
    return _public_client()


def _exchange(
    client: httpx2.Client,
    request: httpx2.Request,
    auth: httpx2.BasicAuth | None,
    max_bytes: int,
    into: IO[bytes] | None,
) -> Answer:
    started = time.monotonic()
    place = f"{request.method} {request.url.host}{request.url.path}"
    try:
        response = client.send(request, auth=auth, stream=True)
        try:
            body = _read(response, place, max_bytes, into)
        finally:
            response.close()
    except httpx2.TimeoutException as error:
        raise _logged(TimedOutError(place), started) from error
    except (httpx2.DecodingError, httpx2.InvalidURL) as error:
        raise _logged(MalformedError(place), started) from error
    except public_addresses.PrivateAddressError as error:
        raise _logged(MalformedError(f"{place}: not in the public network"), started) from error
    except httpx2.TransportError as error:
        raise _logged(UnreachableError(f"{place}: {type(error).__name__}"), started) from error
    except HttpError as error:
        raise _logged(error, started)  # noqa: B904 - the same error, logged
    logger.info("%s %s in %d ms", place, response.status_code, (time.monotonic() - started) * 1000)
    return Answer(response.status_code, {key.lower(): value for key, value in response.headers.items()}, body)


def _read(response: httpx2.Response, place: str, max_bytes: int, into: IO[bytes] | None) -> bytes:
    """The body; empty where it is written to a file."""
    kept, size = BytesIO(), 0
    for piece in response.iter_bytes():
        size += len(piece)
        if size > max_bytes:
            raise TooLargeError(f"{place}: more than {max_bytes} bytes")
        (into or kept).write(piece)
    return kept.getvalue()


def _logged(error: HttpError, started: float) -> HttpError:
    logger.warning("%s: %s after %d ms", type(error).__name__, error, (time.monotonic() - started) * 1000)
    return error


def _limits(until: float) -> httpx2.Timeout:
    return deadline.limits(until=until, connected_by=min(until, time.monotonic() + CONNECT_TIMEOUT))


@cache
def _client() -> httpx2.Client:
    return _pooled(deadline.Transport())


@cache
def _public_client() -> httpx2.Client:
    return _pooled(deadline.Transport(public_addresses.Backend()))


def _pooled(transport: httpx2.BaseTransport) -> httpx2.Client:
    """A client with one connection pool a process. It stores no cookies, since all tenants share it."""
    jar = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
    return httpx2.Client(
        transport=transport, cookies=jar, headers={"User-Agent": "AvaFirst-AI"}, trust_env=False
    )

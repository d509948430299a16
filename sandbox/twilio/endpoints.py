"""Authentication, rate limit and faults of every request to the stand-in for Twilio."""

import base64
import binascii
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from core.security.client_ip import client_key
from core.security.rate_limits import LimitedError, hit
from core.web.public_views import public
from sandbox import limits
from sandbox.trouble.answers import answer_with
from sandbox.trouble.switches import next_trouble
from sandbox.twilio import accounts
from sandbox.twilio.accounts import Account
from sandbox.twilio.errors import AUTHENTICATE, NOT_ALLOWED, TEST_CREDENTIALS, RefusedError, refuse

Handler = Callable[..., HttpResponseBase]


def endpoint(**handlers: Handler) -> Callable[..., HttpResponseBase]:
    """A view of one path: `endpoint(GET=…, POST=…)`; each is called with the request and the account."""

    @public
    @csrf_exempt
    def view(request: HttpRequest, sid: str, **parts: Any) -> HttpResponseBase:
        try:
            account = _account_of(request, sid)
            hit(limits.REQUESTS, client_key(request))
            return _answer(request, handlers, account, parts)
        except RefusedError as error:
            return error.response()
        except LimitedError as error:
            answer = refuse(HTTPStatus.TOO_MANY_REQUESTS)
            answer.headers["Retry-After"] = str(error.retry_after)
            return answer

    return view


def _answer(
    request: HttpRequest, handlers: dict[str, Handler], account: Account, parts: dict[str, Any]
) -> HttpResponseBase:
    handler = handlers.get(request.method or "")
    if handler is None:
        raise RefusedError(*NOT_ALLOWED)
    trouble = next_trouble("twilio")
    if trouble is None:
        return handler(request, account, **parts)
    return answer_with(trouble, work=lambda: handler(request, account, **parts), refuse=refuse)


def _account_of(request: HttpRequest, sid: str) -> Account:
    """The account of the path, whose login is sent. Raises RefusedError, also for another account's login."""
    account = accounts.find(sid)
    if account is None or not accounts.is_login(account, *_credentials(request)):
        raise RefusedError(*AUTHENTICATE)
    if account.is_test:
        raise RefusedError(*TEST_CREDENTIALS)
    return account


def refuse_api_key(request: HttpRequest) -> None:
    """Raise RefusedError for a Standard API key, which may not read the account."""
    if _credentials(request)[0] == accounts.API_KEY_SID:
        raise RefusedError(*AUTHENTICATE)


def _credentials(request: HttpRequest) -> tuple[str, str]:
    scheme, _space, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return "", ""
    try:
        user, _colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password

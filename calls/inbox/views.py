"""The address at which Vapi tells of calls."""

from decimal import Decimal
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from calls.inbox.rate_limits import MESSAGES
from calls.inbox.services import store_message
from connections.vapi.webhooks import find_connection
from core.http.json_text import parse_json
from core.security.rate_limits import LimitedError, hit
from core.web.public_views import public

LARGEST = 2 * 1024 * 1024  # bytes; a report of an hour's call has a tenth


class _RefusedError(Exception):
    """Answered with `status`, and nothing else: the sender is a program."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@public  # Vapi's servers have no session: the secret in the header is the proof, and finds the organisation
@csrf_exempt  # and they send no cookie
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Store a message and answer at once; a task processes it."""
    connection = find_connection(_secret_of(request))
    if connection is None:
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    try:
        hit(MESSAGES, str(connection.pk))
        raw = _read_body(request)
        store_message(connection, raw, _parse(raw))
    except LimitedError as error:
        return HttpResponse(
            status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(error.retry_after)}
        )
    except _RefusedError as error:
        return HttpResponse(status=error.status)
    return HttpResponse()


def _secret_of(request: HttpRequest) -> str:
    """The secret in our own header, or as a bearer token, as Vapi's own credentials send it; empty without one."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return request.headers.get("X-Vapi-Secret", "") or (token if scheme.lower() == "bearer" else "")


def _read_body(request: HttpRequest) -> bytes:
    # Not `request.body`, whose limit is that of forms.
    raw = request.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return raw


def _parse(raw: bytes) -> dict[str, object]:
    try:
        body = parse_json(raw, parse_float=Decimal)
    except ValueError:
        raise _RefusedError(HTTPStatus.BAD_REQUEST) from None
    message = body.get("message") if isinstance(body, dict) else None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise _RefusedError(HTTPStatus.BAD_REQUEST)
    return message

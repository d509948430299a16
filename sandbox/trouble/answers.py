"""The HTTP answers of faults that are switched on."""

import time
from collections.abc import Callable, Iterator
from http import HTTPStatus

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from sandbox.models import Trouble

LARGE = 10 * 1024 * 1024  # bytes
PIECE = b"x" * 64 * 1024
GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"

Refuse = Callable[[HTTPStatus], HttpResponse]


def answer_with(
    trouble: Trouble, *, work: Callable[[], HttpResponseBase], refuse: Refuse
) -> HttpResponseBase:
    """The answer to a request that this fault meets.

    `work` performs the request; `refuse` makes the provider's answer with a status.

    A hanging request is performed and answered late: the client cannot tell whether it was.
    """
    if trouble.kind == "hang":
        answer = work()
        time.sleep(trouble.seconds)
        return answer
    if trouble.kind == "html":
        return HttpResponse(GATEWAY_PAGE, status=200)
    if trouble.kind == "large":
        return StreamingHttpResponse(_large(), content_type="application/json")
    refused = refuse(HTTPStatus(int(trouble.kind)))
    if refused.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        refused.headers["Retry-After"] = str(trouble.seconds)
    return refused


def _large() -> Iterator[bytes]:
    yield b'{"message": "'
    for _piece in range(LARGE // len(PIECE)):
        yield PIECE
    yield b'"}'

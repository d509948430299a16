"""The current request, as far as log lines and audit rows need it.

Services write audit rows without a request as an argument. Outside of a request, in a task or a command, the context is
empty.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest

from core.security.client_ip import client_ip, client_key


@dataclass(frozen=True)
class RequestContext:
    """A request's id for the log, the client's IP address and key (see `client_key`), and the User-Agent header."""

    id: str = ""
    ip: str | None = None
    client: str = ""
    user_agent: str = ""


_current: ContextVar[RequestContext] = ContextVar("request")
_OUTSIDE = RequestContext()


def context_of(request: HttpRequest) -> RequestContext:
    """Read the context of a request and give it a new id."""
    # A NUL fits no text column of PostgreSQL.
    user_agent = request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:300]
    return RequestContext(
        id=uuid.uuid4().hex[:16], ip=client_ip(request), client=client_key(request), user_agent=user_agent
    )


def current_request() -> RequestContext:
    """The context of the request that this thread handles."""
    return _current.get(_OUTSIDE)


@contextmanager
def use_request_context(context: RequestContext) -> Iterator[None]:
    """Make `context` the current one inside the block."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)

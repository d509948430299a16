"""What a log line or an audit event may want to know of the request it happened in."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")

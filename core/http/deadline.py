"""Sockets with a deadline. httpx2 limits each read, so a server that sends a byte at a time would never time out.

The timeouts of a request through `Transport` are moments of the monotonic clock instead of durations.
"""

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore2
import httpx2


def limits(*, until: float, connected_by: float) -> httpx2.Timeout:
    """The timeouts for `Transport`: moments of `time.monotonic()`, except the wait for a free connection."""
    return httpx2.Timeout(until, connect=connected_by, pool=max(until - time.monotonic(), 0))


class Transport(httpx2.HTTPTransport):
    """httpx2's transport over the sockets of `backend`, by default those of this module."""

    def __init__(self, backend: httpcore2.NetworkBackend | None = None) -> None:
        super().__init__(trust_env=False)
        context = httpx2.create_ssl_context(trust_env=False)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=context,
            max_connections=100,
            keepalive_expiry=5,
            network_backend=backend or Backend(),
        )


class Backend(httpcore2.SyncBackend):
    """Opens sockets with a deadline."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        stream = super().connect_tcp(host, port, _left(timeout), local_address, socket_options)
        return _Stream(stream)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(until: float | None) -> float | None:
    if until is None:  # httpx2 closes an idle connection
        return None
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore2.TimeoutException("the time is up")
    return left

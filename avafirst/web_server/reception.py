"""Gunicorn's threaded worker, changed so that no client can hold a thread by being slow.

The stock worker reads a request in the thread that handles it: as many clients as there are threads, each of which
sends a byte now and then, occupy the site. Here the main loop receives each request, and a thread gets it when it is
complete. Most answers fit into the kernel's send buffer, so that a thread does not wait for a slow reader either.
"""

import contextlib
import errno
import select
import selectors
import socket
import struct
import time
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn.config import Config
from gunicorn.errors import ConfigError
from gunicorn.http import get_parser
from gunicorn.workers.gthread import TConn, ThreadWorker

from avafirst.web_server.request import IncomingRequest, ReceivedBytes, RefusedError

RECEIVE_BYTES = 64 * 1024
SEND_BUFFER = 256 * 1024
SEND_SECONDS = 20  # for each part of an answer that does not fit into the buffer
LINGER_SECONDS = 2.0
SWEEP_SECONDS = 0.25
LARGEST_HELD = 256 * 1024 * 1024  # bytes of all requests that a process receives or handles


class Connection(TConn):
    """A client's connection, its present request, and the bytes that came after that request."""

    request: IncomingRequest
    parser: Any

    def __init__(self, cfg: Config, sock: socket.socket, client: Any, server: Any) -> None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        # The kernel's limit: with Python's own, each send would first wait until a third of the buffer is free.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        super().__init__(cfg, sock, client, server)
        self.rest = b""
        self.is_watched = False
        self.parser = get_parser(cfg, iter(()), client)
        self.parser.unreader = ReceivedBytes()
        self.data_ready = True  # no thread has to wait for data


class ReceivingWorker(ThreadWorker):
    """Receives requests in the main loop and handles them in threads."""

    poller: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.busy = 0  # requests that run or wait for a thread
        self.held = 0  # bytes of the requests that are received or handled
        self.receiving: dict[Connection, None] = {}  # in the order in which their requests began
        self.lingering: dict[socket.socket, float] = {}  # until when, by time.monotonic()
        self.next_sweep = 0.0
        self.lacks_descriptors = False

    @classmethod
    def check_config(cls, cfg: Config, log: Any) -> None:
        """Raise ConfigError for options that this worker does not support."""
        if cfg.is_ssl or cfg.proxy_protocol != "off" or cfg.http2_cleartext != "off":
            raise ConfigError("TLS, HTTP/2 and the PROXY protocol belong to the proxy before gunicorn.")

    def accept(self, listener: socket.socket) -> None:
        try:
            sock, client = listener.accept()
        except OSError as error:
            self.lacks_descriptors = error.errno in {errno.EMFILE, errno.ENFILE}
            return  # otherwise no client waits any more
        self.nr_conns += 1
        self.enqueue_req(Connection(self.cfg, sock, client, listener.getsockname()))

    def enqueue_req(self, conn: Connection) -> None:
        """Begin to receive a request. Gunicorn calls this for new connections, and for readable kept-alive ones."""
        conn.request = IncomingRequest()
        conn.sock.setblocking(False)
        self.receiving[conn] = None
        if conn.rest:
            self._feed(conn, conn.rest)
        else:
            self._receive(conn, conn.sock)  # most requests are here by now
        if conn in self.receiving:
            conn.is_watched = True
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))

    def _receive(self, conn: Connection, _socket: socket.socket) -> None:
        if conn not in self.receiving:
            return  # closed since the poller reported it
        try:
            data = conn.sock.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._feed(conn, data)
        else:
            self._drop(conn)

    def _feed(self, conn: Connection, data: bytes) -> None:
        request, before = conn.request, conn.request.size
        try:
            conn.rest = request.feed(data)
        except RefusedError as refusal:
            self._refuse(conn, refusal.status)
            return
        except OSError:  # of the temporary file
            self._refuse(conn, "503 Service Unavailable")
            return
        finally:
            self.held += request.size - before
        if request.is_complete:
            self._submit(conn)
        elif self.held > LARGEST_HELD:
            self._refuse(conn, "503 Service Unavailable")
        elif request.waits_for_continue:
            request.waits_for_continue = False
            _send(conn.sock, "100 Continue")

    def _submit(self, conn: Connection) -> None:
        if not _is_writable(conn.sock):
            self._drop(conn)  # it sends requests, and does not read the answers
            return
        try:
            conn.parser.unreader.use(conn.request)
        except OSError:  # of the temporary file
            self._refuse(conn, "503 Service Unavailable")
            return
        self._stop_receiving(conn)
        self.busy += 1
        super().enqueue_req(conn)

    def handle_request(self, req: Any, conn: Connection) -> bool:
        """Handle a request in a thread."""
        if not conn.request.is_whole:
            req.force_close()
        try:
            return bool(super().handle_request(req, conn))
        except BlockingIOError as error:
            raise ConnectionResetError(errno.ECONNRESET, "the client does not read its answer") from error

    def finish_request(self, conn: Connection, fs: "Future[Any]") -> None:
        """Keep the connection alive, or close it. Gunicorn calls this in the main loop."""
        self.busy -= 1
        self._forget_request(conn)
        if fs.cancelled() or fs.exception() or not fs.result():
            self.nr_conns -= 1
            self._linger(conn)
            return
        super().finish_request(conn, fs)
        if conn.rest and conn in self.keepalived_conns:
            self.on_client_socket_readable(conn, conn.sock)

    def murder_pending(self) -> None:
        """Close connections whose time is up, or that are too many. Gunicorn calls this in each turn of its loop."""
        for _ in range(max(self.nr_conns - self.worker_connections + 1, self.lacks_descriptors)):
            self._drop_oldest()
        self.lacks_descriptors = False
        now = time.monotonic()
        if now >= self.next_sweep:
            self.next_sweep = now + SWEEP_SECONDS
            self._sweep(now)

    def _sweep(self, now: float) -> None:
        for conn in list(self.receiving):
            if not self.alive and not conn.request.has_begun:
                self._drop(conn)
            elif now >= conn.request.deadline:
                self._time_out(conn)
        for sock, until in list(self.lingering.items()):
            if now >= until or len(self.lingering) > self.worker_connections:
                self._end_linger(sock)

    def _time_out(self, conn: Connection) -> None:
        if conn.request.has_begun:
            self._refuse(conn, "408 Request Timeout")
        else:
            self._drop(conn)

    def _refuse(self, conn: Connection, status: str) -> None:
        """Answer a request that was not received to its end, and close its connection."""
        self._give_up(conn)
        _send(conn.sock, status, b"Connection: close\r\nContent-Length: 0\r\n")
        self._linger(conn)

    def _drop(self, conn: Connection) -> None:
        """Close a connection whose request was not received to its end."""
        self._give_up(conn)
        conn.close()

    def _drop_oldest(self) -> None:
        """Close the connection that has sent its request for longest, else one without a request, if there is any."""
        if self.receiving:
            self._drop(next(iter(self.receiving)))
        elif self.keepalived_conns:
            self.keepalived_conns[0].timeout = 0.0
            self.murder_keepalived()

    def _give_up(self, conn: Connection) -> None:
        self._stop_receiving(conn)
        self._forget_request(conn)
        self.nr_conns -= 1

    def _stop_receiving(self, conn: Connection) -> None:
        del self.receiving[conn]
        if conn.is_watched:
            conn.is_watched = False
            self.poller.unregister(conn.sock)

    def _forget_request(self, conn: Connection) -> None:
        self.held -= conn.request.size
        conn.request.close()

    def _linger(self, conn: Connection) -> None:
        """Close after an answer, without losing it to bytes that were not read (RFC 9112, section 9.6).

        Gunicorn's own way would stop the main loop for up to two seconds.
        """
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            conn.close()
            return
        self.poller.register(conn.sock, selectors.EVENT_READ, self._drain)
        self.lingering[conn.sock] = time.monotonic() + LINGER_SECONDS

    def _drain(self, sock: socket.socket) -> None:
        if sock not in self.lingering:
            return
        try:
            is_over = not sock.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            is_over = True
        if is_over:
            self._end_linger(sock)

    def _end_linger(self, sock: socket.socket) -> None:
        del self.lingering[sock]
        self.poller.unregister(sock)
        sock.close()


def _is_writable(sock: socket.socket) -> bool:
    poll = select.poll()
    poll.register(sock, select.POLLOUT)
    return bool(poll.poll(0))


def _send(sock: socket.socket, status: str, headers: bytes = b"") -> None:
    with contextlib.suppress(OSError):
        sock.send(b"HTTP/1.1 " + status.encode() + b"\r\n" + headers + b"\r\n")

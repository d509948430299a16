"""Misbehaving servers on loopback, which no server library can imitate."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket, threading.Event], None]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[str]:
    """Let a server treat each connection in its way; gives its address. `behaviour` may wait for the end's event."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, behaviour, over))
        thread.start()
        address = listener.getsockname()
        try:
            yield f"http://127.0.0.1:{address[1]}"
        finally:
            over.set()
            socket.create_connection(address).close()  # wakes it from accept()
            thread.join()


@contextmanager
def refusing() -> Iterator[str]:
    """Yield an address where nothing listens, reserved meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def _serve(listener: socket.socket, behaviour: Behaviour, over: threading.Event) -> None:
    while not over.is_set():
        connection, _address = listener.accept()
        with connection, suppress(OSError):  # the client has closed it
            connection.recv(65536)
            behaviour(connection, over)


def hang(_connection: socket.socket, over: threading.Event) -> None:
    """Take the request, and never answer."""
    over.wait()


def drip_head(connection: socket.socket, over: threading.Event) -> None:
    """Send the whole answer a byte at a time."""
    _drip(connection, over, HEAD + b"Content-Length: 2\r\n\r\n[]")


def drip_body(connection: socket.socket, over: threading.Event) -> None:
    """Answer the head at once and the body a byte at a time."""
    connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n")
    _drip(connection, over, b"[" + b" " * 98 + b"]")


def truncate(connection: socket.socket, _over: threading.Event) -> None:
    """Announce a longer body than is sent."""
    connection.sendall(HEAD + b'Content-Length: 1000\r\n\r\n{"id": "cut')


def babble(connection: socket.socket, _over: threading.Event) -> None:
    """Answer with something that is not HTTP."""
    connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")


def _drip(connection: socket.socket, over: threading.Event, answer: bytes) -> None:
    for byte in answer:
        connection.sendall(bytes([byte]))
        if over.wait(0.05):
            return

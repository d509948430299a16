"""A cheap load client: one thread, keep-alive connections, prepared requests."""

import math
import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

SILENCE = 20.0  # seconds without an answer after which a run is aborted


@dataclass
class Answer:
    """A response with its raw headers."""

    status: int
    head: bytes
    body: bytes


@dataclass
class Load:
    """The results of one run."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)  # seconds from a request to its response

    @property
    def per_second(self) -> float:
        """Responses a second."""
        return sum(self.statuses.values()) / self.seconds

    def percentile(self, share: float) -> float:
        """The milliseconds within which this share of the requests was answered."""
        return sorted(self.waits)[math.ceil(share * len(self.waits)) - 1] * 1000


def request(
    method: str, path: str, *, host: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> bytes:
    """The bytes of one request, as from a proxy that terminates https."""
    lines = {"Host": host, "X-Forwarded-Proto": "https"}
    if method == "POST":
        lines |= {
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
            "Origin": f"https://{host}",
        }
    lines |= headers or {}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


class Connection:
    """A keep-alive connection with at most one open request."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SILENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.sent_at = 0.0

    def send(self, data: bytes) -> None:
        """Send a request, which must fit in the socket's buffer."""
        self.buffer = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(data)

    def receive(self) -> Answer | None:
        """Read what has arrived; return the answer once it is complete."""
        data = self.socket.recv(262144)
        if not data:
            raise ConnectionError("The server closed a connection.")
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return None
        length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
        whole = len(body) >= int(length[1]) if length else body.endswith(b"0\r\n\r\n")
        return Answer(int(head[9:12]), head, body) if whole else None

    def ask(self, data: bytes) -> Answer:
        """Send a request and wait for its answer."""
        self.send(data)
        while (answer := self.receive()) is None:
            pass
        return answer


def load(port: int, requests: Iterable[bytes], *, connections: int, seconds: float) -> Load:
    """Send `requests` over so many connections for `seconds`, or until there are none left."""
    supply = iter(requests)
    result = Load()
    with selectors.DefaultSelector() as selector:
        opened = [Connection(port) for _ in range(connections)]
        started = time.perf_counter()
        try:
            waiting = sum(_next(connection, supply, selector) for connection in opened)
            while waiting:
                ready = selector.select(timeout=SILENCE)
                if not ready:
                    raise TimeoutError("The server does not answer.")
                over = time.perf_counter() - started > seconds
                for key, _ in ready:
                    if (answer := key.data.receive()) is None:
                        continue
                    result.statuses[answer.status] += 1
                    result.waits.append(time.perf_counter() - key.data.sent_at)
                    selector.unregister(key.fileobj)
                    if over or not _next(key.data, supply, selector):
                        waiting -= 1
        finally:
            for connection in opened:
                connection.socket.close()
    result.seconds = time.perf_counter() - started
    return result


def _next(connection: Connection, supply: Iterator[bytes], selector: selectors.BaseSelector) -> bool:
    data = next(supply, None)
    if data is None:
        return False
    connection.send(data)
    selector.register(connection.socket, selectors.EVENT_READ, connection)
    return True

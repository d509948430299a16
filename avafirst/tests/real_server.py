"""The product under gunicorn, as the Procfile runs it, for tests that speak to it through raw sockets."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path

from django.conf import settings

from core.tests.mailbox import free_port

LONGEST = 60  # seconds; far more than an answer needs, on a busy machine too
HOST = "console.example.com"


@dataclass
class Server:
    """A running gunicorn."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def workers(self) -> list[str]:
        """The process ids of its workers."""
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        return sorted(Path(children).read_text().split())

    def restart_workers(self) -> None:
        """Replace the workers, and wait until their successors answer."""
        before = self.workers
        self.process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(self.workers) == len(before) and not set(before) & set(self.workers))


@contextlib.contextmanager
def run_server(folder: Path, **variables: str) -> Iterator[Server]:
    """Run two workers with four threads each on an SQLite database in `folder`, behind one trusted proxy.

    `variables` are added to the environment.
    """
    environ = os.environ | {
        "AVA_ENV": "development",
        "DEBUG": "off",  # pages are cached as in production
        "SITE_URL": f"https://{HOST}",
        "TRUSTED_PROXIES": "1",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "WEB_CONCURRENCY": "2",
        "WEB_THREADS": "4",
        "PYTHONWARNINGS": "",
        **variables,
    }
    environ.pop("PORT", None)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=settings.BASE_DIR, env=environ, check=True,
    )  # fmt: skip
    port, log = free_port(), folder / "gunicorn.log"
    command = [sys.executable, "-m", "gunicorn", "--config", "avafirst/gunicorn.py"]
    command += ["--bind", f"127.0.0.1:{port}", "avafirst.wsgi"]
    with run_process(command, port, log, environ) as process:
        yield Server(port, process, log)


@contextlib.contextmanager
def run_process(
    command: list[str], port: int, log: Path, environ: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the end of the block, which begins when it listens on `port`."""
    with log.open("wb") as lines:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environ, stdout=lines, stderr=lines)
    try:
        wait_until(lambda: is_open(port) or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.terminate()
        process.wait(LONGEST)


def is_open(port: int) -> bool:
    """Whether a server listens on the port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def wait_until(met: Callable[[], bool]) -> None:
    """Wait for a condition, at most `LONGEST` seconds."""
    end = time.monotonic() + LONGEST
    while not met() and time.monotonic() < end:
        time.sleep(0.02)


def request(target: str, *headers: str, method: str = "GET", host: str = HOST) -> bytes:
    """A request of a browser as a proxy passes it on, without a body."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "X-Forwarded-Proto: https"]
    return "\r\n".join([*lines, "X-Forwarded-For: 203.0.113.7", *headers, "", ""]).encode("latin-1")


def connect(port: int, data: bytes = b"") -> socket.socket:
    """A connection on which `data` was sent."""
    client = socket.create_connection(("127.0.0.1", port), timeout=LONGEST)
    client.sendall(data)
    return client


def ask(port: int, data: bytes) -> tuple[str, str]:
    """Send a request; return status line and body of the answer."""
    status, _head, body = exchange(port, data)
    return status, body


def exchange(port: int, data: bytes) -> tuple[str, str, str]:
    """Send a request; return status line, headers and body of the answer."""
    with connect(port, data) as client:
        return _read(client)


def read_answer(client: socket.socket) -> tuple[str, str]:
    """Status line and body of the next answer on a connection; empty if it was closed instead."""
    status, _head, body = _read(client)
    return status, body


def _read(client: socket.socket) -> tuple[str, str, str]:
    # Unbuffered, since the next answer may follow at once.
    with contextlib.suppress(ConnectionResetError), client.makefile("rb", buffering=0) as stream:
        status = stream.readline().decode().strip()
        head = b"".join(iter(stream.readline, b"\r\n")) if status else b""
        if b"chunked" in head.lower():
            return status, head.decode(), _read_chunks(stream).decode()
        length = re.search(rb"(?im)^content-length: (\d+)", head)
        return status, head.decode(), _read_exactly(stream, int(length[1]) if length else 0).decode()
    return "", "", ""


def _read_chunks(stream: RawIOBase) -> bytes:
    """The body of a chunked answer, whose chunks begin anywhere in it, with their sizes (RFC 9112 §7.1)."""
    body = bytearray()
    while size := int(stream.readline().partition(b";")[0], 16):
        body += _read_exactly(stream, size)
        stream.readline()
    stream.readline()
    return bytes(body)


def _read_exactly(stream: RawIOBase, size: int) -> bytes:
    body = bytearray()
    while len(body) < size:
        if not (part := stream.read(size - len(body))):
            raise ConnectionResetError
        body += part
    return bytes(body)

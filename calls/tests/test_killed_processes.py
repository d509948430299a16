"""Nothing that was acknowledged is lost: the web, the worker and PostgreSQL are killed while messages come."""

import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from avafirst.tests.real_server import is_open, wait_until
from calls.tests import crash_steps
from connections.vapi.webhooks import BACKOFF, PATH, SECRET_HEADER, TIMEOUT
from core.tests.mailbox import free_port
from core.tests.postgres import Server, find_binaries, run_postgres

pytestmark = pytest.mark.prove

CALLS = 40  # with four messages each
SENDERS = 4
PAUSE = 0.4  # seconds between two messages of a sender: the messages take a quarter of a minute and more
WEB = ["-m", "avafirst.web_server"]
WORKER = ["manage.py", "db_worker", "--no-reload"]


class Product:
    """The processes of the Procfile over a database, in sessions of their own so that each is killed as a whole."""

    def __init__(self, url: str) -> None:
        self.port = free_port()
        self.environ = os.environ | {
            "AVA_ENV": "development",
            "DEBUG": "off",
            "DATABASE_URL": url,
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "2",
            "PYTHONWARNINGS": "",
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: list[str]) -> None:
        self.running[name] = subprocess.Popen(
            [sys.executable, *command], cwd=settings.BASE_DIR, env=self.environ, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def step(self, function: Callable[..., None], *arguments: object) -> None:
        """Run one of the steps in the product's database."""
        call = f"{function.__name__}({', '.join(map(repr, arguments))})"
        self.manage(
            "shell", "--verbosity", "0", "-c", f"from calls.tests import crash_steps\ncrash_steps.{call}"
        )

    def manage(self, *command: str) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR, env=self.environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]


@contextmanager
def run_product(url: str) -> Iterator[Product]:
    product = Product(url)
    product.manage("migrate", "--verbosity", "0")
    with ExitStack() as stack:
        for name, command in {"web": WEB, "worker": WORKER}.items():
            product.start(name, command)
            stack.callback(product.kill, name)
        wait_until(lambda: is_open(product.port))
        yield product


def send(port: int, secret: str, message: Any) -> str | None:
    """Deliver a message as Vapi does, again after a growing time; its digest once it was answered 200, else None."""
    body = json.dumps(message).encode()
    for attempt in range(BACKOFF["maxRetries"] + 1):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        try:
            connection.request(
                "POST", PATH, body, {SECRET_HEADER: secret, "Content-Type": "application/json"}
            )
            if connection.getresponse().status == 200:
                return hashlib.sha256(body).hexdigest()
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(BACKOFF["baseDelaySeconds"] * 2**attempt)
    return None


def send_all(port: int, told: Any, answered: list[str]) -> None:
    def deliver(message: Any) -> None:
        time.sleep(PAUSE)
        if digest := send(port, told["secret"], message):
            answered.append(digest)

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(deliver, told["messages"]))


def make_trouble(product: Product, server: Server, is_over: Callable[[], bool]) -> int:
    """Kill one after the other, with time to serve in between, until the messages are sent; how many rounds."""
    rounds = 0
    while not is_over():
        for name, command in {"web": WEB, "worker": WORKER}.items():
            time.sleep(2)
            product.kill(name)
            product.start(name, command)
            wait_until(lambda: is_open(product.port))
        time.sleep(2)
        server.crash_and_restart()
        rounds += 1
    return rounds


def test_acknowledged_messages_survive_what_is_killed(tmp_path: Path) -> None:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed.")
    with run_postgres(binaries) as server, run_product(server.url) as product:
        product.step(crash_steps.prepare, CALLS, str(tmp_path))
        told = json.loads((tmp_path / "told.json").read_text())
        answered: list[str] = []
        sender = threading.Thread(target=send_all, args=(product.port, told, answered))
        sender.start()
        assert make_trouble(product, server, lambda: not sender.is_alive())
        sender.join()
        assert len(answered) > len(told["messages"]) / 2  # the others gave up: the sweep finds their calls
        (tmp_path / "answered.json").write_text(json.dumps(answered))
        product.step(crash_steps.check, str(tmp_path))

"""The worker processes share new connections, and let none wait for long."""

import errno
import http.client
import logging
import os
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.conf import settings
from gunicorn.config import Config

from avafirst.web_server.worker import SharingWorker
from core.tests.mailbox import free_port

pytestmark = pytest.mark.slow

LONGEST = 30  # seconds; far more than anything here needs


@pytest.fixture
def serve(tmp_path):
    """Start gunicorn with our settings; returns its port."""
    started = []

    def start(worker_class, *, workers, threads):
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "avafirst/gunicorn.py",
            "--max-requests",
            "0",
        ]
        command += ["--worker-class", f"avafirst.{worker_class}", "--bind", f"127.0.0.1:{port}"]
        environ = os.environ | {
            "HELD_FOLDER": str(tmp_path),
            "WEB_CONCURRENCY": str(workers),
            "WEB_THREADS": str(threads),
        }
        environ.pop("PORT", None)
        process = subprocess.Popen(
            [*command, "avafirst.tests.held_app"],
            cwd=settings.BASE_DIR,
            env=environ,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert any("Listening at" in line for line in process.stderr or [])
        return port

    yield start
    (tmp_path / "go").touch()
    for process in started:
        process.terminate()
        process.communicate(timeout=LONGEST)


def ask(port, path):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


def wait_until(met):
    end = time.monotonic() + LONGEST
    while not met() and time.monotonic() < end:
        time.sleep(0.02)


def test_a_process_whose_threads_are_busy_leaves_new_connections_to_the_other(serve, tmp_path):
    port = serve("tests.held_app.PatientWorker", workers=2, threads=4)
    with ThreadPoolExecutor(8) as visitors:
        answers = [visitors.submit(ask, port, "/held") for _ in range(8)]
        wait_until(lambda: len(list(tmp_path.glob("held-*"))) == 8)
        served_by = Counter(file.read_text() for file in tmp_path.glob("held-*"))
        (tmp_path / "go").touch()
        assert sorted(served_by.values()) == [4, 4]
        assert {answer.result() for answer in answers} == {200}


def test_a_new_connection_is_served_beside_kept_alive_ones_that_are_never_idle(serve):
    port = serve("web_server.worker.SharingWorker", workers=1, threads=1)
    over = threading.Event()

    def stay():
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)) as connection:
            while not over.is_set():
                connection.request("GET", "/")
                connection.getresponse().read()

    with ThreadPoolExecutor(8) as regulars:
        staying = [regulars.submit(stay) for _ in range(8)]
        try:
            assert {ask(port, "/") for _ in range(3)} == {200}
        finally:
            over.set()
        for regular in staying:
            regular.result()


@pytest.fixture
def busy_worker():
    """A worker with two threads, both busy, and the address it listens on."""
    config = Config()
    config.set("threads", 2)
    with socket.create_server(("127.0.0.1", 0)) as listener, selectors.DefaultSelector() as poller:
        worker = SharingWorker(1, os.getppid(), [listener], None, 30, config, logging.getLogger())
        worker.poller = poller
        worker.patience = 0
        worker.busy = 2
        worker.set_accept_enabled(True)
        yield worker, listener.getsockname()
        worker.tmp.close()
        for connection in worker.receiving:
            connection.request.close()
            connection.close()
        for lingering in worker.lingering:
            lingering.close()


def take_turn(worker):
    """One turn of gunicorn's loop."""
    worker.set_accept_enabled(True)
    worker.wait_for_and_dispatch_events(0.2)


def test_a_busy_worker_defers_a_new_connection_once_and_then_accepts_it(busy_worker):
    worker, address = busy_worker
    with socket.create_connection(address):
        take_turn(worker)
        assert worker.nr_conns == 0
        worker.busy += 1  # requests on kept-alive connections do not prolong the deferral
        take_turn(worker)
        assert worker.nr_conns == 1


def test_one_deferral_lets_in_as_many_connections_as_there_are_threads(busy_worker):
    worker, address = busy_worker
    clients = [socket.create_connection(address) for _ in range(5)]
    accepted = []
    for _ in range(6):
        take_turn(worker)
        accepted.append(worker.nr_conns)
    for client in clients:
        client.close()
    assert accepted == [0, 2, 2, 4, 4, 5]


class FullDisk:
    """A temporary file that cannot be written any more, not even when it is closed."""

    def fail(self, *_):
        raise OSError(errno.ENOSPC, "no space left")

    write = seek = close = fail


@pytest.mark.parametrize("step", ["body", "end"])
def test_a_full_disk_costs_one_client_its_request_and_not_the_worker(busy_worker, step):
    worker, address = busy_worker
    worker.busy = 0
    with socket.create_connection(address) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")
        wait_until(lambda: take_turn(worker) or any(each.request.size for each in worker.receiving))
        (connection,) = worker.receiving
        connection.request.close()
        connection.request.content = FullDisk()
        if step == "end":
            connection.request._keep = lambda data: None
        client.sendall(b"ab")
        wait_until(lambda: take_turn(worker) or not worker.receiving)
        assert client.recv(1000).startswith(b"HTTP/1.1 503 ")
    assert (worker.nr_conns, worker.busy) == (0, 0)


def test_a_worker_that_stops_accepts_nothing_after_a_deferral(busy_worker):
    worker, address = busy_worker
    with socket.create_connection(address):
        take_turn(worker)
        worker.alive = False
        worker.wait_for_and_dispatch_events(0.2)
        assert worker.nr_conns == 0

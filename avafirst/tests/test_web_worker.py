"""How the server's processes share what comes."""

import http.client
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.conf import settings

from core.tests.mailbox import free_port

pytestmark = pytest.mark.slow

LONGEST = 30  # seconds; far more than anything here needs


@pytest.fixture
def serve(tmp_path):
    """Start gunicorn with our settings; the port it listens on."""
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


def test_a_new_visitor_is_served_beside_those_who_never_leave(serve):
    port = serve("web_worker.SharingWorker", workers=1, threads=1)
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

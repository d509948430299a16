"""The database, web servers, worker and mail server of a benchmark, which are all stopped at its end."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from aiosmtpd.controller import Controller
from cryptography.fernet import Fernet
from psycopg import sql
from psycopg.conninfo import make_conninfo

ROOT = Path(__file__).resolve().parent.parent
HOST = "console.example.com"
DATABASE_URL = "postgres://postgres@127.0.0.1:5432/avafirst_bench"


@dataclass
class Web:
    """A running gunicorn."""

    port: int
    pid: int  # of the master
    log: Path

    def troubles(self) -> str:
        """The last errors of its log, shortened."""
        lines = [line for line in self.log.read_text().splitlines() if '"level": "error"' in line]
        return "\n".join(line[:200] + " … " + line[-600:] for line in lines[-3:])

    def processes(self) -> list[int]:
        """Process ids of the master and its workers."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    def processor_seconds(self) -> float:
        """Processor time that the processes have used since they started."""
        ticks = 0
        for process in self.processes():
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> dict[str, float]:
        """Memory in MB, with shared pages counted once (PSS) and in each process (RSS)."""
        held = {"PSS": 0.0, "RSS": 0.0}
        for process in self.processes():
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                name, _, size = line.partition(":")
                if name.upper() in held:
                    held[name.upper()] += int(size.split()[0]) / 1024
        return held


@dataclass
class Stage:
    """What the client needs of a prepared benchmark."""

    empty: "Web"
    product: "Web"
    environ: dict[str, str]
    prepared: dict[str, Any]
    folder: Path


@contextlib.contextmanager
def set_up(users: int) -> Iterator[Stage]:
    """Run both servers over a fresh database."""
    url = os.environ.get("DATABASE_URL", DATABASE_URL)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(_database(url))
        mailbox = stack.enter_context(_mailbox())
        environ = _environ(url, folder, mailbox)
        done = subprocess.run(
            [sys.executable, "manage.py", "prepare_benchmark", str(users)],
            cwd=ROOT, env=environ, stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        empty = stack.enter_context(_web("benchmarks.empty_app", environ, folder))
        product = stack.enter_context(_web("avafirst.wsgi", environ, folder))
        yield Stage(empty, product, environ, json.loads(done.stdout), folder)


@contextlib.contextmanager
def worker(stage: Stage) -> Iterator[None]:
    """Run the worker of the queue, as beside the web server in production."""
    with run_process([sys.executable, "manage.py", "db_worker"], stage.environ, stage.folder / "worker.log"):
        yield


def _environ(url: str, folder: Path, mailbox: int) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "AVA_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "SITE_URL": f"https://{HOST}",
        "TRUSTED_PROXIES": "1",
        "DATABASE_URL": url,
        "EMAIL_URL": f"smtp://127.0.0.1:{mailbox}",
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "BENCH_STATIC_ROOT": str(folder / "static"),
        # Overrides a .env file of this checkout.
        "ANYMAIL_PROVIDER": "",
        "SENTRY_DSN": "",
    }


@contextlib.contextmanager
def _database(url: str) -> Iterator[None]:
    name = url.rpartition("/")[2]
    server = make_conninfo(url, dbname="postgres")
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(drop)


class _Mailbox:
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        return "250 OK"


@contextlib.contextmanager
def _mailbox() -> Iterator[int]:
    """Run a local SMTP server that accepts every mail and drops it; yields its port."""
    port = free_port()
    controller = Controller(_Mailbox(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextlib.contextmanager
def _web(application: str, environ: dict[str, str], folder: Path) -> Iterator[Web]:
    """Run the server as the Procfile does, except that workers do not retire, which would disturb a measure."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "avafirst/gunicorn.py", "--max-requests", "0"]
    command += ["--bind", f"127.0.0.1:{port}", application]
    log = folder / f"{application}.log"
    with run_process(command, environ, log) as process:
        wait_for(port, process)
        yield Web(port, process.pid, log)


@contextlib.contextmanager
def run_process(command: list[str], environ: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the end of the block. Raises RuntimeError if it ended before."""
    with log.open("wb") as lines:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=lines, stderr=lines)
    try:
        yield process
        if process.poll() is not None:
            raise RuntimeError(f"{command} ended by itself:\n{log.read_text()[-2000:]}")
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server listens. Raises TimeoutError."""
    for _ in range(150):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None:
            return
        time.sleep(0.1)
    raise TimeoutError(f"Nothing listens on port {port}.")


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

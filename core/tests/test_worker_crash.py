"""Real worker processes that meet the worst: kill -9 in the middle of a mail, a database that goes away."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from psycopg import sql
from psycopg.conninfo import make_conninfo

from accounts.models import LoginToken
from accounts.tests.factories import UserFactory
from core.models import WorkerBeat
from core.tests.mailbox import mail_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.crash]


def database_url() -> str:
    """The database of this test, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    database = connection.settings_dict
    secret = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    place = f"{database['HOST'] or '127.0.0.1'}:{database['PORT'] or 5432}"
    return f"postgres://{database['USER']}{secret}@{place}/{name}"


@contextmanager
def worker(smtp_port: int) -> Iterator["subprocess.Popen[bytes]"]:
    environ = {
        **os.environ,
        "AVA_ENV": "development",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "db_worker", "--no-reload", "--no-startup-delay"],
        cwd=settings.BASE_DIR,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def task() -> "DBTaskResult[Any, Any]":
    """The one that sends the mail; the workers' own schedule runs beside it."""
    return DBTaskResult.objects.get(task_path="accounts.login.emails.send_login_link")


def wait_for(happened: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + 90
    while not happened():
        assert time.monotonic() < limit, f"waited in vain: {what}"
        time.sleep(0.05)


def test_mail_of_a_killed_worker_is_sent_by_another(client, crash):
    user = UserFactory(email="owner@example.com")
    client.post("/fr/auth", {"email": user.email})
    with socket.create_server(("127.0.0.1", 0)) as hangs:
        hangs.settimeout(90)
        with worker(hangs.getsockname()[1]) as first:
            conversation, _address = hangs.accept()  # the worker waits for a greeting that never comes
            with conversation:
                assert task().status == TaskResultStatus.RUNNING
                os.kill(first.pid, signal.SIGKILL)
                first.wait()
    # A minute later, as far as the rows can tell.
    long_ago = timezone.now() - timedelta(minutes=1)
    DBTaskResult.objects.update(started_at=long_ago)
    WorkerBeat.objects.update(at=long_ago)
    with mail_server() as (mailbox, port), worker(port):
        wait_for(lambda: task().status == TaskResultStatus.SUCCESSFUL, "the second worker")
    assert len(mailbox.mails) == 1
    assert b"To: owner@example.com" in mailbox.mails[0]
    assert len(task().worker_ids) == 2
    assert LoginToken.objects.get().state == "issued"


def admit(others: bool) -> None:
    """Allow connections to this test's database, or end and refuse them all, as during its restart."""
    own = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        own_pid = cursor.fetchone()[0]
    neighbour = make_conninfo(database_url(), dbname="postgres")
    with psycopg.connect(neighbour, autocommit=True) as server:
        server.execute(
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(
                sql.Identifier(own), sql.SQL(str(others))
            )
        )
        if not others:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s",
                [own, own_pid],
            )


def test_worker_outlives_an_outage_of_its_database(client, crash):
    if connection.vendor == "sqlite":
        pytest.skip("A file does not go away.")
    with mail_server() as (mailbox, port), worker(port) as process:
        wait_for(lambda: WorkerBeat.objects.exists(), "the first beat")
        admit(False)
        try:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(20)  # longer than anything waits for a connection
        finally:
            admit(True)
        client.post("/fr/auth", {"email": UserFactory().email})
        wait_for(lambda: task().status == TaskResultStatus.SUCCESSFUL, "the mail after the outage")
    assert len(mailbox.mails) == 1
    # Under a new name, so that what was under way can be told from what is.
    assert WorkerBeat.objects.count() == 2

"""A stolen database or log opens no account."""

import io
import json
import logging

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django_tasks_db.models import DBTaskResult

from accounts.models import AuthSession
from accounts.secrets import digest
from accounts.tests.factories import make_link
from accounts.tests.helpers import code_in, dump, link_secret
from core.log_format import JsonFormatter, PlainFormatter

pytestmark = pytest.mark.django_db

VERIFY = "/fr/verify-magic-link"


def everything() -> str:
    return json.dumps(dump())


def loot() -> set[str]:
    """All values in the database that an attacker could try as a key."""
    values = {value for rows in dump().values() for row in rows for value in row}
    return {value for value in values if 30 < len(value) < 200 and " " not in value}


def test_dump_of_the_database_holds_no_secret(client, owner, run_tasks, mailoutbox):
    client.post("/fr/auth", {"email": owner.email})
    before_sending = everything()
    run_tasks()
    secret, code = link_secret(mailoutbox[0]), code_in(mailoutbox[0])
    assert secret not in before_sending
    assert digest(secret) not in before_sending
    assert digest(secret) in everything()  # the dump is complete
    client.post(VERIFY, {"token": secret})
    stolen = everything()
    for kept_out in (
        secret,
        client.cookies["session"].value,
        client.cookies["browser"].value,
        client.cookies.get("csrftoken").value if "csrftoken" in client.cookies else secret,
        f'"{code}"',
        digest(code),
        django_settings.SECRET_KEY,
    ):
        assert kept_out not in stolen


def test_no_value_in_the_database_opens_a_session(client, owner):
    client.post(VERIFY, {"token": make_link(owner).secret})
    for value in loot():
        thief = Client()
        thief.cookies["session"] = value
        assert thief.get("/fr/o/bakery").status_code == 302


def test_no_value_in_the_database_redeems_a_link(owner):
    make_link(owner)
    for value in loot():
        assert Client().post(VERIFY, {"token": value}).status_code == 410
    assert not AuthSession.objects.exists()


def test_task_arguments_hold_an_id_and_no_address(client, owner):
    client.post("/fr/auth", {"email": owner.email, "next": "/fr/o/bakery"})
    task = DBTaskResult.objects.get()
    (argument,) = task.args_kwargs["args"]
    assert len(argument) == 36
    assert owner.email not in str(task.args_kwargs)


@pytest.fixture
def log():
    """All output of all loggers at all levels, in our own formats."""
    stream, root = io.StringIO(), logging.getLogger()
    level, handlers = root.level, []
    for formatter in (PlainFormatter(), JsonFormatter()):
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        handlers.append(handler)
        root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    noisy = logging.getLogger("django.template")
    noisy.setLevel(logging.INFO)
    yield stream
    noisy.setLevel(logging.NOTSET)
    root.setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)


def test_link_and_session_stand_in_no_log_line(client, owner, run_tasks, mailoutbox, log):
    client.post("/fr/auth", {"email": owner.email})
    run_tasks()
    secret, code = link_secret(mailoutbox[0]), code_in(mailoutbox[0])
    client.get(VERIFY, {"token": secret})
    Client().get("/fr/auth", {"next": f"{VERIFY}?token={secret}"})
    Client().get(f"/fr/nowhere/{secret}")
    Client().get(f"/fr/nowhere?x={secret}")
    Client(enforce_csrf_checks=True).post(f"{VERIFY}?token={secret}", {"token": secret})
    Client().put(f"{VERIFY}?token={secret}")
    client.post(VERIFY, {"token": secret})
    client.post(VERIFY, {"token": secret})
    Client().post(VERIFY, {"token": secret})
    written = log.getvalue()
    assert "/<slug" not in written
    assert "verify-magic-link" in written  # the requests were logged
    for kept_out in (secret, code, client.cookies["session"].value, client.cookies["browser"].value):
        assert kept_out not in written


def test_failing_view_logs_no_link(client, owner, log, monkeypatch):
    secret = make_link(owner).secret

    def fail(*args, **options):
        raise RuntimeError(f"cannot redeem {secret}")

    monkeypatch.setattr("accounts.login.services.open_session", fail)
    client.raise_request_exception = False
    assert client.post(f"{VERIFY}?token={secret}", {"token": secret}).status_code == 500
    assert "RuntimeError" in log.getvalue()
    assert secret not in log.getvalue()


def test_failing_mail_leaves_no_link_in_the_queue_or_the_log(client, owner, run_tasks, monkeypatch, log):
    seen = []

    def fail(mail):
        seen.append(mail)
        raise OSError(f"550 refused: {mail.body}")

    monkeypatch.setattr("core.mail.messages.Mail.send", fail)
    client.post("/fr/auth", {"email": owner.email})
    run_tasks(failures=True)
    secret = link_secret(seen[0])
    assert "550 refused" in everything()
    assert secret not in log.getvalue()
    assert secret not in everything()


def test_line_of_the_development_server_holds_no_link(log):
    line = '"GET /fr/verify-magic-link?token=%s HTTP/1.1" 200 5120'
    secret = "Zm9v_-" * 7 + "a"
    logging.getLogger("django.server").warning(line, secret)
    logging.getLogger("gunicorn.access").info(line, secret)
    assert "verify-magic-link?token=[redacted]" in log.getvalue()
    assert secret not in log.getvalue()


def test_every_handler_of_both_modes_redacts():
    from avafirst.logs import logging_config

    for development in (True, False):
        config = logging_config(development=development)
        assert {handler["formatter"] for handler in config["handlers"].values()} <= {"plain", "json"}
        for name, logger in config["loggers"].items():
            assert logger.get("handlers", []) == [], name

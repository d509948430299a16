"""`manage.py check_mail`: an operator learns what the mail server says."""

import io
import smtplib
import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.management import CommandError, call_command

from core.tests.mailbox import collect_cut_conversations

TOKEN = "q" * 43


class Server:
    """What a mail server of the test says to each mail, and what it was given."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.taken: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        return self.answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mail_server(settings: Any) -> Iterator[Callable[[str], Server]]:
    """Start a real server on loopback that answers each mail as told, and point the settings at it."""
    controllers = []

    def start(answer: str) -> Server:
        handler = Server(answer)
        controller = Controller(handler, hostname="127.0.0.1", port=free_port())
        controller.start()
        controllers.append(controller)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        return handler

    yield start
    for controller in controllers:
        controller.stop()
    collect_cut_conversations()


def check(address: str = "operator@example.com") -> str:
    out = io.StringIO()
    call_command("check_mail", address, stdout=out)
    return out.getvalue()


def test_an_accepted_mail_is_said_to_be(mail_server):
    server = mail_server("250 OK")
    said = check()
    assert "operator@example.com" in said
    assert "Accepted" in said
    (envelope,) = server.taken
    assert envelope.rcpt_tos == ["operator@example.com"]
    content = envelope.content
    assert isinstance(content, bytes)
    message = message_from_bytes(content)
    assert message["Subject"]
    assert {part.get_content_type() for part in message.walk()} >= {"text/plain", "text/html"}


def test_a_refusal_is_an_error_that_quotes_the_server_without_secrets(mail_server):
    mail_server(f"550 5.7.1 Refused, see https://example.com/?token={TOKEN}")
    with pytest.raises(CommandError) as caught:
        check()
    assert "SMTPDataError" in str(caught.value)
    assert "5.7.1 Refused" in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_a_server_that_is_not_there_is_an_error(mail_server, settings):
    mail_server("250 OK")
    settings.EMAIL_PORT = free_port()
    with pytest.raises(CommandError, match="ConnectionRefusedError"):
        check()


def test_an_address_that_the_server_refuses_is_an_error(mail_server):
    server = mail_server("250 OK")
    with pytest.raises(CommandError):
        check("no address at all\r\nBcc: thief@example.com")
    assert server.taken == []


def test_what_a_provider_answered_is_said(settings):
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    said = check()
    assert "sent" in said
    assert "anymail" in said


def test_no_queue_is_in_between(mail_server):
    """Mail must be checkable where the database is not up: the database is blocked here."""
    mail_server("250 OK")
    assert "Accepted" in check()


# Django leaves the conversation open after a refused login.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_login_that_fails_does_not_print_the_password(mail_server, settings):
    mail_server("250 OK")
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "operator", "hunter2-hunter2"
    with pytest.raises(CommandError) as caught:
        check()
    assert "hunter2" not in str(caught.value)
    assert isinstance(caught.value.__cause__, smtplib.SMTPException)

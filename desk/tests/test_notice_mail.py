"""Word by mail through real processes: a call of the sandbox, the worker, and a mail server on loopback."""

import email
import email.policy
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from assistants.services import create_assistant
from assistants.tests.factories import connect_to_vapi, data_of
from connections.phone_number import import_number
from connections.tests.factories import TwilioConnectionFactory
from core.models import WorkerBeat
from core.tests.mailbox import mail_server
from core.tests.test_worker_crash import wait_for, worker
from desk.models import Item, Notice
from desk.tests.factories import ask
from sandbox.calls.services import Caller, place_call
from sandbox.models import Assistant, Call, PhoneNumber

LANGUAGES = ["fr", "en", "he"]
SENDS = "desk.notices.emails.send_notice"


def parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture
def place_calls(bakery, owner, sandbox, settings, run_tasks) -> Callable[[], None]:
    """Let a caller of the sandbox leave a message with the bakery's assistant."""
    connect_to_vapi(bakery)
    TwilioConnectionFactory(
        organization=bakery,
        endpoint="sandbox",
        account_sid=settings.SANDBOX_TWILIO_SID,
        auth_token=settings.SANDBOX_TWILIO_TOKEN,
        phone_number=settings.SANDBOX_PHONE_NUMBER,
    )
    import_number.enqueue(str(bakery.pk))
    create_assistant(actor=owner.memberships.select_related("organization").get(), data=data_of())
    run_tasks()

    def place() -> None:
        place_call(
            assistant=Assistant.objects.get(),
            kind=Call.Kind.INBOUND,
            customer={"number": "+33639981234"},
            number=PhoneNumber.objects.get(),
            caller=Caller(persona="message", length="short"),
            is_over=True,
        )

    return place


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("locale", LANGUAGES)
def test_message_left_in_the_sandbox_reaches_the_mailbox(place_calls, owner, run_tasks, settings, locale):
    owner.locale = locale
    owner.save()
    with mail_server() as (mailbox, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        place_calls()
        wait_for(lambda: bool(run_tasks() or mailbox.mails), "the mail")
    (raw,) = mailbox.mails
    mail, item = parsed(raw), Item.objects.get()
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain
    assert html
    assert mail["To"] == owner.email
    assert item.subject[:40] in mail["Subject"]
    assert item.subject in plain.get_content()
    assert item.subject in html.get_content()
    assert f'dir="{"rtl" if locale == "he" else "ltr"}"' in html.get_content()
    assert f"/{locale}/desk/stop?token=" in mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["References"] == mail["In-Reply-To"]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
def test_second_copy_after_a_killed_worker_has_the_same_message_id(bakery, owner, crash):
    """The worker dies after the server's yes and before our commit: the one way to a second copy."""
    ask(bakery)
    with mail_server() as (mailbox, port), worker(port) as first:
        take = mailbox.handle_DATA

        async def take_and_kill(server: Any, session: Any, envelope: Any) -> str:
            answer = await take(server, session, envelope)
            os.kill(first.pid, signal.SIGKILL)
            return answer

        mailbox.handle_DATA = take_and_kill  # type: ignore[method-assign]
        wait_for(lambda: bool(mailbox.mails), "the first copy")
        first.wait()
    assert not Notice.objects.get().sent_at
    long_ago = timezone.now() - timedelta(minutes=1)
    DBTaskResult.objects.update(started_at=long_ago)
    WorkerBeat.objects.update(at=long_ago)
    with mail_server() as (other, port), worker(port):
        wait_for(lambda: Notice.objects.filter(sent_at__isnull=False).exists(), "the second copy")
        wait_for(lambda: DBTaskResult.objects.get(task_path=SENDS).status == "SUCCESSFUL", "the task")
    ids = [parsed(raw)["Message-ID"] for raw in (*mailbox.mails, *other.mails)]
    assert len(ids) == len(set(ids)) + 1 == 2

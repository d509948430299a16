import email
import email.policy
import io
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from accounts.login.emails import send_login_link
from accounts.models import LoginToken
from accounts.tests.factories import UserFactory
from accounts.tests.helpers import code_in, link_in, link_secret
from core.mail.console_backend import FramedConsoleBackend
from core.tests.mailbox import free_port, mail_server

pytestmark = pytest.mark.django_db

LOCALES = ["fr", "en", "he"]


def ask(user, locale="fr", **headers) -> None:
    Client(headers=headers).post(f"/{locale}/auth", {"email": user.email})


@pytest.mark.parametrize("locale", LOCALES)
def test_mail_is_in_the_language_of_the_page(owner, run_tasks, mailoutbox, locale):
    owner.locale = "en"
    owner.save()
    ask(owner, locale)
    run_tasks()
    (mail,) = mailoutbox
    with translation.override(locale):
        assert mail.subject == gettext("Sign in to AvaFirst AI")
    assert f"/{locale}/verify-magic-link?token=" in link_in(mail)
    html = mail.alternatives[0].content
    assert f'lang="{locale}"' in html
    assert f'dir="{"rtl" if locale == "he" else "ltr"}"' in html


def test_subjects_differ_by_language(owner, run_tasks, mailoutbox):
    for locale in LOCALES:
        ask(owner, locale)
    run_tasks()
    assert len({mail.subject for mail in mailoutbox}) == 3


def test_mail_names_device_and_code_and_user(owner, run_tasks, mailoutbox):
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
    ask(owner, "en", user_agent=firefox)
    run_tasks()
    (mail,) = mailoutbox
    html = mail.alternatives[0].content
    for text in (mail.body, html):
        assert "Firefox on Windows" in text
        assert owner.short_name in text
        assert "15 minutes" in text
    assert len(code_in(mail)) == 6


def test_name_cannot_bring_markup_or_headers_into_the_mail(bakery, run_tasks, mailoutbox):
    user = UserFactory(email="eve@example.com", name="<img/src=x> Eve")
    ask(user, "en")
    run_tasks()
    html = mailoutbox[0].alternatives[0].content
    assert "<img/src=x>" not in html
    assert "&lt;img/src=x&gt;" in html


def test_spoofed_host_is_refused_and_changes_no_link(owner, run_tasks, mailoutbox, settings):
    for host in ("evil.example", "evil.example:8000", "127.0.0.1.evil.example", "127.0.0.1@evil.example"):
        assert Client().post("/fr/auth", {"email": owner.email}, headers={"host": host}).status_code == 400
    assert LoginToken.objects.count() == 0
    for headers in (
        {"host": "localhost:9999"},
        {"x-forwarded-host": "evil.example"},
        {"forwarded": "host=evil.example;proto=https"},
        {"x-forwarded-proto": "https", "x-forwarded-port": "444"},
        {"x-original-host": "evil.example", "x-host": "evil.example", "referer": "https://evil.example/"},
    ):
        Client().post("/fr/auth", {"email": owner.email}, headers=headers)
    run_tasks()
    assert len(mailoutbox) == 5
    for mail in mailoutbox:
        assert link_in(mail).startswith(f"{settings.SITE_URL}/fr/verify-magic-link?token=")
        assert "evil" not in mail.body + mail.alternatives[0].content


def test_retry_mints_anew_and_the_lost_link_dies(owner, run_tasks, mailoutbox):
    """The task may run twice: both mails may arrive, the later one works."""
    client = Client()
    client.post("/fr/auth", {"email": owner.email})
    run_tasks()
    send_login_link.call(str(LoginToken.objects.get().id))
    first, second = map(link_secret, mailoutbox)
    assert client.post("/fr/verify-magic-link", {"token": first}).status_code == 410
    assert client.post("/fr/verify-magic-link", {"token": second}).status_code == 303


def test_nothing_is_mailed_for_a_link_already_used(owner, run_tasks, mailoutbox):
    client = Client()
    client.post("/fr/auth", {"email": owner.email})
    run_tasks()
    client.post("/fr/verify-magic-link", {"token": link_secret(mailoutbox[0])})
    sent = len(mailoutbox)
    send_login_link.call(str(LoginToken.objects.get().id))
    assert len(mailoutbox) == sent


@pytest.fixture
def mailbox(settings):
    with mail_server() as (box, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield box


@pytest.mark.parametrize("locale", LOCALES)
def test_mail_crosses_a_real_server_whole(owner, run_tasks, mailbox, locale):
    """Headers, both bodies, and a link that quoted-printable wraps and joins."""
    client = Client()
    client.post(f"/{locale}/auth", {"email": owner.email})
    run_tasks()
    (raw,) = mailbox.mails
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["To"] == owner.email
    assert message["From"].endswith("<no-reply@127.0.0.1>")
    assert message["Message-ID"]
    assert message["Date"]
    with translation.override(locale):
        assert message["Subject"] == gettext("Sign in to AvaFirst AI")
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    text = plain.get_content()
    url = next(line.strip() for line in text.splitlines() if "token=" in line)
    assert url in html.get_content()
    secret = parse_qs(urlsplit(url).query)["token"][0]
    assert client.post(f"/{locale}/verify-magic-link", {"token": secret}).status_code == 303


def test_server_that_refuses_is_asked_again(owner, run_tasks, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    ask(owner)
    run_tasks(failures=True)
    from django_tasks_db.models import DBTaskResult

    row = DBTaskResult.objects.get()
    assert (row.status, len(row.worker_ids)) == ("READY", 1)


def test_console_shows_a_box_and_the_link_alone_on_a_line(owner, run_tasks, mailoutbox):
    ask(owner)
    run_tasks()
    out = io.StringIO()
    assert FramedConsoleBackend(stream=out).send_messages(mailoutbox) == 1
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("┌─")
    assert f"│ To:      {owner.email}" in lines
    assert [line for line in lines if line.startswith("MAGIC LINK URL: ")] == [
        f"MAGIC LINK URL: {link_in(mailoutbox[0])}"
    ]


def test_console_shows_mails_of_others_too(capsys):
    mail = django_mail.EmailMessage("Hello", "A long line " * 20, to=["a@example.com", "b@example.com"])
    FramedConsoleBackend().send_messages([mail])
    shown = capsys.readouterr().out
    assert "a@example.com, b@example.com" in shown
    assert max(map(len, shown.splitlines())) <= 100

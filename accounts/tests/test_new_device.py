"""A sign-in from a new browser is mailed to its user, and can be ended from the mail."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.core import signing
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from accounts.models import AuthSession, User
from accounts.tests.factories import make_link
from accounts.tests.helpers import dump, text_of
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

NOT_ME = "/fr/not-me"
PAGE = "/fr/settings/security"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def enter(user: User, client: Client | None = None, **extra: Any) -> Client:
    client = client or Client(HTTP_USER_AGENT=FIREFOX, **extra)
    answer = client.post("/fr/verify-magic-link", {"token": make_link(user).secret})
    assert answer.status_code == 303
    return client


def not_me_link(mail: EmailMessage) -> str:
    (line,) = [line.strip() for line in str(mail.body).splitlines() if "/not-me?token=" in line]
    return line


def signature_of(mail: EmailMessage) -> str:
    return parse_qs(urlsplit(not_me_link(mail)).query)["token"][0]


@pytest.fixture
def told(owner: User, run_tasks: Callable[..., None], mailoutbox: list[Any]) -> Any:
    """The owner's first browser, a second one, and the mail about it."""
    first = enter(owner)
    second = enter(owner, REMOTE_ADDR="198.51.100.4")
    run_tasks()
    (mail,) = mailoutbox
    return first, second, mail


def test_the_first_sign_in_sends_no_notice(owner, run_tasks, mailoutbox):
    enter(owner)
    run_tasks()
    assert mailoutbox == []


def test_a_known_browser_sends_no_notice(owner, run_tasks, mailoutbox):
    browser = enter(owner)
    browser.post("/fr/logout")
    enter(owner, browser)
    run_tasks()
    assert mailoutbox == []


def test_notice_of_a_new_browser_names_time_ip_and_device(owner, told):
    _first, _second, mail = told
    assert mail.to == [owner.email]
    assert "198.51.100.4" in mail.body
    assert "Firefox" in mail.body
    assert "Windows" in mail.body
    assert not_me_link(mail).startswith("http://127.0.0.1:8000/fr/not-me?token=")


def test_the_same_browser_sends_one_notice(owner, told, run_tasks, mailoutbox):
    _first, second, _mail = told
    second.post("/fr/logout")
    enter(owner, second)
    run_tasks()
    assert len(mailoutbox) == 1


def test_a_browser_known_for_one_user_is_new_for_another(owner, admin, told, run_tasks, mailoutbox):
    first, _second, _mail = told
    enter(admin)
    first.post("/fr/logout")
    enter(admin, first)
    run_tasks()
    assert [mail.to for mail in mailoutbox] == [[owner.email], [admin.email]]


def test_a_browser_that_says_the_same_of_itself_is_still_new(owner, run_tasks, mailoutbox):
    """A user agent is only a description; the cookie distinguishes browsers."""
    for _ in range(3):
        enter(owner)
    run_tasks()
    assert len(mailoutbox) == 2


@pytest.mark.parametrize(("locale", "direction"), [("he", "rtl"), ("en", "ltr"), ("fr", "ltr")])
def test_the_mail_speaks_its_readers_language(owner, run_tasks, mailoutbox, locale, direction):
    User.objects.filter(pk=owner.pk).update(locale=locale, timezone="Asia/Jerusalem")
    with time_machine.travel("2026-07-01T20:30:00Z", tick=False):
        enter(owner)
        enter(owner)  # through the French page
        run_tasks()
    (mail,) = mailoutbox
    html = mail.alternatives[0][0]
    assert f'lang="{locale}"' in html
    assert f'dir="{direction}"' in html
    assert f"/{locale}/not-me?token=" in mail.body
    assert re.search(r"(23|11)\D{1,3}30", str(mail.body))  # in the recipient's time zone


def test_reading_the_page_changes_nothing(told):
    _first, second, mail = told
    before = dump()
    stranger = Client()
    for method in ("get", "head", "get"):
        assert getattr(stranger, method)(NOT_ME, {"token": signature_of(mail)}).status_code == 200
    assert dump() == before
    assert second.get(PAGE).status_code == 200


def test_the_page_shows_what_it_is_about_and_masks_the_address(owner, told):
    _first, _second, mail = told
    page = text_of(Client().get(NOT_ME, {"token": signature_of(mail)}))
    assert "Firefox" in page
    assert "o•••••@example.com" in page
    assert owner.email not in page
    assert 'method="post"' in page


def test_the_button_ends_that_sign_in_alone(owner, told):
    first, second, mail = told
    answer = Client().post(NOT_ME, {"token": signature_of(mail)})
    assert answer.status_code == 200
    assert answer.context["state"] == "done"
    assert second.get(PAGE).status_code == 302
    assert first.get(PAGE).status_code == 200
    event = AuditEvent.objects.get(action="accounts.not_me")
    assert (event.subject_id, event.actor_id) == (owner.pk, None)
    assert AuthSession.objects.get(revoked_reason="not_me").ip == "198.51.100.4"


def test_pressed_twice_it_is_still_done(told):
    _first, _second, mail = told
    answers = [Client().post(NOT_ME, {"token": signature_of(mail)}) for _ in range(2)]
    assert [answer.context["state"] for answer in answers] == ["done", "done"]
    assert AuditEvent.objects.filter(action="accounts.not_me").count() == 1
    assert Client().get(NOT_ME, {"token": signature_of(mail)}).context["state"] == "done"


def test_without_csrf_proof_nothing_ends(told):
    _first, second, mail = told
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(NOT_ME, {"token": signature_of(mail)}).status_code == 403
    page = strict.get(NOT_ME, {"token": signature_of(mail)})
    assert second.get(PAGE).status_code == 200
    data = {"token": signature_of(mail), "csrfmiddlewaretoken": page.context["csrf_token"]}
    assert strict.post(NOT_ME, data).status_code == 200
    assert second.get(PAGE).status_code == 302


def test_changing_the_language_of_the_page_ends_nothing(told):
    _first, second, mail = told
    answer = Client().post("/he/not-me", {"token": signature_of(mail), "show": "1"})
    assert answer.context["state"] == "confirm"
    assert 'lang="he"' in text_of(answer)
    assert second.get(PAGE).status_code == 200


@pytest.mark.variants
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "twist",
    [
        lambda token: "",
        lambda token: "x",
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: "A" + token[1:],
        lambda token: token.swapcase(),
        lambda token: token + "x" * 100_000,
        lambda token: "🍞",
        lambda token: signing.dumps(str(timezone.now()), salt="another.salt"),
        lambda token: signing.dumps("00000000-0000-0000-0000-000000000007", salt="accounts.not_me"),
    ],
)
def test_a_forged_link_is_410_and_ends_nothing(told, method, twist):
    first, second, mail = told
    answer = getattr(Client(), method)(NOT_ME, {"token": twist(signature_of(mail))})
    assert answer.status_code == 410
    assert first.get(PAGE).status_code == second.get(PAGE).status_code == 200


def test_a_signature_for_another_purpose_ends_nothing(told):
    _first, second, _mail = told
    session = AuthSession.objects.get(ip="198.51.100.4")
    forged = signing.dumps(str(session.id), salt="accounts.something_else")
    assert Client().post(NOT_ME, {"token": forged}).status_code == 410
    assert second.get(PAGE).status_code == 200


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.mark.parametrize(("days", "status"), [(29, 200), (31, 410)])
def test_the_link_is_good_for_thirty_days(clock, told, days, status):
    clock.shift(timedelta(days=days))
    assert Client().get(NOT_ME, {"token": signature_of(told[2])}).status_code == status


def test_the_page_keeps_the_link_to_itself(told):
    answer = Client().get(NOT_ME, {"token": signature_of(told[2])})
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_session_long_gone_needs_no_mail(owner, told, run_tasks, mailoutbox):
    """The user was deleted before the task ran."""
    enter(owner)
    owner.delete()
    run_tasks()
    assert len(mailoutbox) == 1

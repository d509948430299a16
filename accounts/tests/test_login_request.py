import uuid

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import AuthSession, LoginToken
from accounts.tests.helpers import dump, link_in, normalized, text_of
from accounts.tests.test_addresses import BAD
from core.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("locale", "title"), [("fr", 'lang="fr"'), ("en", 'lang="en"'), ("he", 'lang="he" dir="rtl"')]
)
def test_the_page_speaks_the_language_of_its_address(client, locale, title):
    response = client.get(f"/{locale}/auth")
    assert response.status_code == 200
    assert title in text_of(response)
    assert 'name="email"' in text_of(response)


def test_asking_leads_to_the_page_that_says_what_to_do(client, owner):
    response = client.post("/fr/auth", {"email": owner.email})
    assert response.status_code == 303
    assert response.url.startswith("/fr/auth/sent?request=")
    assert owner.email in text_of(client.get(response.url))


def test_asking_mails_one_link_to_the_stored_address(client, owner, run_tasks, mailoutbox):
    client.post("/fr/auth", {"email": f" {owner.email.upper()} "})
    assert mailoutbox == []  # nothing is sent before the worker runs
    run_tasks()
    (mail,) = mailoutbox
    assert mail.to == [owner.email]
    assert link_in(mail).startswith("http://127.0.0.1:8000/fr/verify-magic-link?token=")


def test_unknown_address_gets_no_mail(client, db, run_tasks, mailoutbox):
    client.post("/fr/auth", {"email": "nobody@example.com"})
    run_tasks()
    assert mailoutbox == []


def test_unknown_address_gets_a_mail_where_anyone_may_sign_up(client, db, run_tasks, mailoutbox, settings):
    settings.AVA_SIGNUP = "open"
    client.post("/fr/auth", {"email": "nobody@example.com"})
    run_tasks()
    assert [mail.to for mail in mailoutbox] == [["nobody@example.com"]]


def test_deactivated_user_gets_no_mail(client, owner, run_tasks, mailoutbox):
    owner.is_active = False
    owner.save()
    client.post("/fr/auth", {"email": owner.email})
    run_tasks()
    assert mailoutbox == []


def answers(address: str) -> dict[str, object]:
    """Everything visible to a client that requests a link for this address."""
    client = Client(REMOTE_ADDR=f"192.0.2.{1 + len(address) % 200}")
    client.get("/fr/auth")
    with CaptureQueriesContext(connection) as queries:
        asked = client.post("/fr/auth", {"email": address})
    shown = client.get(asked.url)
    hidden = {"X-Request-ID", "Expires"}  # an id, and the real time
    return {
        "status": (asked.status_code, shown.status_code),
        "headers": [
            (name, normalized(value))
            for response in (asked, shown)
            for name, value in response.headers.items()
            if name not in hidden
        ],
        "cookies": sorted((name, morsel["max-age"]) for name, morsel in client.cookies.items()),
        "body": normalized(text_of(shown)).replace(address, "*"),
        "queries": len(queries),
    }


@pytest.mark.parametrize("limits", [False, True])
def test_known_and_unknown_address_answer_alike(owner, settings, limits):
    settings.AVA_RATE_LIMITS = limits
    unknown = owner.email.replace("owner", "ghost")
    with time_machine.travel(timezone.now(), tick=False):  # the page counts seconds down
        assert answers(owner.email) == answers(unknown)


def test_known_and_unknown_address_leave_the_same_rows(client, owner):
    for address in (owner.email, "ghost@example.com"):
        Client().post("/fr/auth", {"email": address})
    assert LoginToken.objects.count() == DBTaskResult.objects.count() == 2
    assert AuditEvent.objects.count() in {0, 2}


@pytest.mark.variants
@pytest.mark.parametrize(
    "typed", [pytest.param(typed, id=name) for name, typed in BAD.items() if name != "surrogate"]
)
def test_bad_address_is_told_and_stays_in_the_form(client, typed):
    response = client.post("/fr/auth", {"email": typed})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in text_of(response)
    assert response.context["form"]["email"].value() == typed
    assert LoginToken.objects.count() == 0


def test_what_was_typed_comes_back(client):
    assert 'value="camille@exam"' in text_of(client.post("/fr/auth", {"email": "camille@exam"}))


def test_bytes_that_are_no_text_are_refused(client):
    response = client.post(
        "/fr/auth", b"email=%FF%FE%00@example.com", content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code in {400, 422}


@pytest.mark.parametrize("body", [{}, {"email": ""}, {"email": "   "}])
def test_empty_form_says_what_is_missing(client, body):
    response = client.post("/fr/auth", {**body, "next": ""})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in text_of(response)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
@pytest.mark.parametrize("name", ["accounts:auth", "accounts:verify"])
def test_wrong_method_is_405(client, name, method):
    assert getattr(client, method)(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", ["accounts:logout", "accounts:verify-resend", "set_language"])
def test_what_changes_something_is_a_post(client, name):
    response = client.put(reverse(name))
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


def test_post_without_csrf_proof_is_told_and_nothing_happens(owner):
    client = Client(enforce_csrf_checks=True)
    before = dump()
    response = client.post("/fr/auth", {"email": owner.email})
    assert response.status_code == 403
    assert 'lang="fr"' in text_of(response)
    assert "CSRF" not in text_of(response)
    assert dump() == before


def test_post_with_csrf_proof_passes(owner):
    client = Client(enforce_csrf_checks=True)
    page = client.get("/fr/auth")
    response = client.post(
        "/fr/auth", {"email": owner.email, "csrfmiddlewaretoken": page.context["csrf_token"]}
    )
    assert response.status_code == 303


def test_requesting_from_an_old_tab_still_works(client, owner):
    """The browser's cookie stays the same over two requests, so that the first mail still works."""
    client.post("/fr/auth", {"email": owner.email})
    first = client.cookies["browser"].value
    client.post("/fr/auth", {"email": owner.email})
    assert client.cookies["browser"].value == first
    assert LoginToken.objects.values("browser_hash").distinct().count() == 1


def test_a_browser_cookie_that_we_did_not_issue_is_replaced(client, owner):
    client.cookies["browser"] = "x"
    client.post("/fr/auth", {"email": owner.email})
    assert len(client.cookies["browser"].value) == 43


def test_browser_cookie_is_closed_to_scripts(client, owner):
    client.post("/fr/auth", {"email": owner.email})
    cookie = client.cookies["browser"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 365 * 24 * 3600


def test_sent_page_is_only_for_the_browser_that_asked(client, owner):
    url = client.post("/fr/auth", {"email": owner.email}).url
    stranger = Client().get(url)
    assert (stranger.status_code, stranger.url) == (302, "/fr/auth")


@pytest.mark.parametrize(
    "request_id",
    ["", "1", str(uuid.UUID(int=7)), "x" * 5000, "%F0%9F%8D%9E", "%FF"],
    ids=["empty", "number", "unknown", "long", "emoji", "no text"],
)
def test_sent_page_of_no_request_leads_back_to_asking(client, db, request_id):
    response = client.get(f"/fr/auth/sent?request={request_id}")
    assert (response.status_code, response.url) == (302, "/fr/auth")


def test_anonymous_visitors_leave_no_row(client, owner):
    before = dump()
    for path in (
        "/",
        "/fr/",
        "/fr/auth",
        "/fr/auth?next=/fr/dashboard",
        "/fr/auth/sent",
        "/fr/dashboard",
        "/x",
    ):
        client.get(path)
    client.post("/i18n/language", {"language": "he", "next": "/fr/auth"})
    assert dump() == before
    assert AuthSession.objects.count() == 0


def test_link_row_and_its_task_commit_together(client, owner, monkeypatch):
    """A crash between the two loses no mail: both are one transaction."""
    from django_tasks_db.backend import DatabaseBackend

    def die(*args, **kwargs):
        raise RuntimeError("killed")

    monkeypatch.setattr(DatabaseBackend, "enqueue", die)
    client.raise_request_exception = False
    assert client.post("/fr/auth", {"email": owner.email}).status_code == 500
    assert LoginToken.objects.count() == 0


@pytest.mark.parametrize("path", ["login", "signup"])
def test_addresses_of_the_first_version_lead_here(client, path):
    response = client.get(f"/fr/{path}?next=/fr/dashboard")
    assert (response.status_code, response.url) == (302, "/fr/auth?next=/fr/dashboard")


def test_the_signed_in_may_still_see_the_page(as_user, owner):
    assert as_user(owner).get("/fr/auth").status_code in {200, 302}

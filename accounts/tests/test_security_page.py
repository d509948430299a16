"""The security page: list sessions, end one, the others or all; and the account's history."""

import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.test import Client

from accounts.audit_events import SENTENCES
from accounts.models import AuthSession, User
from accounts.secrets import digest
from accounts.tests.factories import make_link
from accounts.tests.helpers import text_of
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

PAGE = "/fr/settings/security"
OTHERS = f"{PAGE}/revoke-others"
ALL = f"{PAGE}/revoke-all"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)


def device(user: User, agent: str = FIREFOX, ip: str = "192.0.2.1") -> Client:
    """A browser of `user`, signed in by a link."""
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=ip)
    answer = client.post("/fr/verify-magic-link", {"token": make_link(user).secret})
    assert answer.status_code == 303
    return client


def session_of(client: Client) -> AuthSession:
    """The row behind the client's cookie."""
    return AuthSession.objects.get(session_key=digest(client.cookies["session"].value))


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def revoke(client: Client, session: AuthSession | uuid.UUID) -> Any:
    identity = session.id if isinstance(session, AuthSession) else session
    return client.post(f"{PAGE}/{identity}/revoke")


def actions() -> list[str]:
    return [
        event.action for event in AuditEvent.objects.order_by("at") if event.action != "accounts.signed_in"
    ]


def test_the_page_is_closed_to_the_signed_out(client):
    answer = client.get(PAGE)
    assert (answer.status_code, answer.url) == (302, f"/fr/auth?next={PAGE}")


@pytest.mark.parametrize("path", [OTHERS, ALL, f"{PAGE}/{uuid.UUID(int=7)}/revoke"])
def test_what_ends_something_is_a_post_of_the_signed_in(as_user, owner, path):
    assert as_user(None).post(path).status_code == 302
    assert as_user(owner).get(path).url == PAGE
    assert AuthSession.objects.live().count() == 1


def test_the_page_names_each_device_and_this_one_first(owner):
    device(owner, IPHONE, "198.51.100.4")
    here = device(owner)
    answer = here.get(PAGE)
    page = text_of(answer)
    names = [found["name"] for found in answer.context["devices"]]
    assert [("Firefox" in names[0]), (names[1] == "Safari sur iPhone")] == [True, True]
    assert [found["is_current"] for found in answer.context["devices"]] == [True, False]
    assert [found["icon"] for found in answer.context["devices"]] == ["monitor", "smartphone"]
    assert "Windows" in page
    assert "198.51.100.4" in page
    # The other device has a button; the current one is signed out by the menu or "sign out everywhere".
    assert page.count("/revoke") - page.count("/revoke-") == 1


def test_the_page_shows_no_one_elses_devices(owner, admin):
    device(admin, IPHONE, "198.51.100.9")
    answer = device(owner).get(PAGE)
    assert len(answer.context["devices"]) == 1
    assert "198.51.100.9" not in text_of(answer)


def test_what_a_browser_says_of_itself_is_shown_as_text(owner):
    evil = device(owner, "<script>alert(1)</script> Firefox/140.0 <img src=x onerror=alert(1)>")
    page = text_of(evil.get(PAGE))
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_a_revoked_device_is_out_at_its_next_request(owner):
    lost, here = device(owner, IPHONE), device(owner)
    assert is_in(lost)
    answer = revoke(here, session_of(lost))
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert not is_in(lost)
    assert is_in(here)
    assert len(here.get(PAGE).context["devices"]) == 1
    event = AuditEvent.objects.get(action="accounts.session_revoked")
    assert (event.actor_id, event.subject_id) == (owner.pk, owner.pk)
    assert event.data["device"] == "Safari sur iPhone"


def test_a_revoked_device_cannot_even_post(owner):
    lost, here = device(owner, IPHONE), device(owner)
    revoke(here, session_of(lost))
    answer = lost.post("/fr/settings/profile", {"name": "Thief", "locale": "fr", "timezone": "Europe/Paris"})
    assert answer.status_code == 302
    owner.refresh_from_db()
    assert owner.name != "Thief"


def test_session_of_another_user_is_404_and_stays_live(owner, admin):
    hers, here = device(admin), device(owner)
    assert revoke(here, session_of(hers)).status_code == 404
    assert is_in(hers)
    assert actions() == []


def test_staff_is_no_exception(owner, staff):
    hers, here = device(owner), device(staff)
    assert revoke(here, session_of(hers)).status_code == 404
    assert is_in(hers)


@pytest.mark.parametrize("identity", [uuid.UUID(int=7), uuid.UUID(int=2**127)])
def test_a_session_that_never_was_is_404(owner, identity):
    assert revoke(device(owner), identity).status_code == 404


def test_ending_one_twice_does_nothing_more(owner):
    lost, here = device(owner, IPHONE), device(owner)
    row = session_of(lost)
    assert [revoke(here, row).status_code for _ in range(2)] == [302, 302]
    assert actions() == ["accounts.session_revoked"]
    ended = AuthSession.objects.get(id=row.id)
    assert ended.revoked_reason == "revoked"


def test_ending_this_one_is_signing_out(owner):
    here, phone = device(owner), device(owner, IPHONE)
    answer = revoke(here, session_of(here))
    assert (answer.status_code, answer.url) == (302, "/fr/auth")
    assert (is_in(here), is_in(phone)) == (False, True)
    assert actions() == ["accounts.signed_out"]


def test_ending_the_others_keeps_this_one(owner, admin):
    others, hers, here = [device(owner) for _ in range(3)], device(admin), device(owner)
    answer = here.post(OTHERS)
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert [is_in(client) for client in others] == [False] * 3
    assert is_in(here)
    assert is_in(hers)
    assert AuditEvent.objects.get(action="accounts.signed_out_others").data["ended"] == 3
    (message,) = get_messages(answer.wsgi_request)
    assert "3" in str(message)


def test_ending_the_others_where_there_are_none_says_so(owner):
    here = device(owner)
    answer = here.post(OTHERS, follow=True)
    assert len(list(answer.context["devices"])) == 1
    assert is_in(here)


def test_ending_everywhere_ends_this_one_too(owner, admin):
    other, hers, here = device(owner), device(admin), device(owner)
    answer = here.post(ALL)
    assert (answer.status_code, answer.url) == (302, "/fr/auth")
    assert (is_in(other), is_in(here), is_in(hers)) == (False, False, True)
    assert AuditEvent.objects.get(action="accounts.signed_out_everywhere").data["ended"] == 2


@pytest.mark.parametrize("path", [OTHERS, ALL])
def test_another_site_cannot_end_a_sign_in(owner, path):
    here, other = device(owner), device(owner)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = here.cookies
    assert strict.post(path).status_code == 403
    assert is_in(other)


def test_a_link_already_on_its_way_survives_signing_out_everywhere(owner):
    """Ending sessions is no lock: the owner of the mailbox can sign in again."""
    here = device(owner)
    pending = make_link(owner)
    here.post(ALL)
    assert Client().post("/fr/verify-magic-link", {"token": pending.secret}).status_code == 303


# The history.


def test_the_history_shows_the_users_own_events_as_sentences(owner, admin):
    device(admin, ip="198.51.100.9")
    here = device(owner)
    revoke(here, session_of(device(owner, IPHONE)))
    answer = here.get(PAGE)
    sentences = [str(event.sentence) for event in answer.context["events"]]
    assert len(sentences) == 3
    assert not any("accounts." in sentence for sentence in sentences)
    assert all(sentence in text_of(answer) for sentence in sentences)
    assert "198.51.100.9" not in text_of(answer)


def test_every_event_of_an_account_has_a_sentence():
    """Every recorded action about a user has a sentence for the user and for the operator."""
    app_dir = Path(settings.BASE_DIR, "accounts")
    source = "".join(path.read_text() for path in app_dir.rglob("*.py") if "tests" not in path.parts)
    recorded = set(re.findall(r"record_event\(\s*\"(accounts\.[a-z_]+)\"", source))
    assert len(recorded) > 10
    assert recorded <= set(SENTENCES)


@pytest.mark.parametrize("locale", ["fr", "en", "he"])
def test_the_page_speaks_its_language(owner, locale):
    here = device(owner)
    page = text_of(here.get(f"/{locale}/settings/security"))
    assert f'<html lang="{locale}"' in page


def test_the_history_is_the_latest_20(owner):
    here = device(owner)
    for _ in range(25):
        here.post(OTHERS)
    assert len(here.get(PAGE).context["events"]) == 20


def test_the_operator_reads_and_filters_the_audit(owner, staff):
    here = device(owner)
    here.post(OTHERS)
    admin_client = device(staff)
    listed = admin_client.get("/admin/core/auditevent/?action__exact=accounts.signed_out_others")
    assert listed.status_code == 200
    assert [row.action for row in listed.context["cl"].result_list] == ["accounts.signed_out_others"]
    found = admin_client.get(f"/admin/core/auditevent/?q={owner.email}")
    assert {row.subject_label for row in found.context["cl"].result_list} == {owner.email}
    event = AuditEvent.objects.get(action="accounts.signed_out_others")
    assert owner.email in text_of(admin_client.get(f"/admin/core/auditevent/{event.pk}/change/"))


def test_the_audit_cannot_be_written_over(owner, staff):
    device(owner)
    event = AuditEvent.objects.latest("at")
    admin_client = device(staff)
    change = admin_client.post(f"/admin/core/auditevent/{event.pk}/change/", {"action": "x"})
    delete = admin_client.post(f"/admin/core/auditevent/{event.pk}/delete/", {"post": "yes"})
    assert (change.status_code, delete.status_code) == (403, 403)
    assert AuditEvent.objects.filter(pk=event.pk, action=event.action).exists()

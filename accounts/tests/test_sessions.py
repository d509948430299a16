from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuthSession
from accounts.secrets import digest
from accounts.sessions.store import SessionStore
from accounts.tests.factories import make_link
from accounts.tests.helpers import dump, text_of
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

VERIFY = "/fr/verify-magic-link"
PAGE = "/fr/o/bakery"


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_key_rotates_at_sign_in(client, owner):
    keys = set()
    for _ in range(3):
        client.post(VERIFY, {"token": make_link(owner).secret})
        keys.add(client.cookies["session"].value)
    assert len(keys) == 3
    assert AuthSession.objects.live().count() == 1


def test_key_given_by_a_stranger_is_not_taken(client, owner):
    """Session fixation: a key that the browser brought is replaced by a new one."""
    client.cookies["session"] = "chosen-by-the-attacker-1234567890"
    client.post(VERIFY, {"token": make_link(owner).secret})
    assert client.cookies["session"].value != "chosen-by-the-attacker-1234567890"
    thief = Client()
    thief.cookies["session"] = "chosen-by-the-attacker-1234567890"
    assert not is_in(thief)


def test_table_holds_the_hash_of_the_key(as_user, owner):
    client = as_user(owner)
    key = client.cookies["session"].value
    assert AuthSession.objects.get().session_key == digest(key)


@pytest.mark.parametrize("key", ["", "x", "a" * 64, "é" * 20, "\x00", "a" * 10_000])
def test_unknown_key_is_signed_out(db, bakery, key):
    client = Client()
    client.cookies["session"] = key
    assert not is_in(client)
    assert AuthSession.objects.count() == 0


def test_cookie_is_closed_to_scripts_and_other_sites(client, owner):
    client.post(VERIFY, {"token": make_link(owner).secret})
    cookie = client.cookies["session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        "Lax",
        "/",
        "",
    )
    assert cookie["max-age"] == 90 * 24 * 3600


def test_revoked_session_is_out_at_the_next_request(as_user, owner):
    client, other = as_user(owner), as_user(owner)
    assert is_in(client)
    AuthSession.objects.filter(session_key=digest(client.cookies["session"].value)).revoke("elsewhere")
    assert not is_in(client)
    assert is_in(other)


def test_deactivated_user_is_out_at_the_next_request(as_user, owner):
    client = as_user(owner)
    assert is_in(client)
    owner.is_active = False
    owner.save()
    assert not is_in(client)


def test_deleted_user_is_out_at_the_next_request(as_user, owner):
    client = as_user(owner)
    owner.delete()
    assert client.get("/fr/dashboard").status_code == 302


def test_session_slides_for_30_days_after_the_last_visit(as_user, owner):
    client, start = as_user(owner), timezone.now()
    for day in (29, 58):
        with time_machine.travel(start + timedelta(days=day)):
            assert is_in(client)
    with time_machine.travel(start + timedelta(days=58 + 31)):
        assert not is_in(client)


def test_session_ends_after_90_days_however_busy(as_user, owner):
    client, start = as_user(owner), timezone.now()
    for day in (20, 40, 60, 80, 89):
        with time_machine.travel(start + timedelta(days=day)):
            assert is_in(client)
    with time_machine.travel(start + timedelta(days=90, minutes=1)):
        assert not is_in(client)


def test_last_seen_is_written_at_most_once_a_minute(as_user, owner, django_assert_num_queries):
    client, start = as_user(owner), timezone.now()
    client.get(PAGE)
    seen = AuthSession.objects.get().last_seen_at
    with time_machine.travel(start + timedelta(seconds=40)):
        client.get(PAGE)
    assert AuthSession.objects.get().last_seen_at == seen
    with time_machine.travel(start + timedelta(seconds=70)):
        client.get(PAGE)
    assert AuthSession.objects.get().last_seen_at > seen


def test_visit_does_not_revive_a_session_ended_meanwhile(as_user, owner):
    as_user(owner)
    row = AuthSession.objects.get()
    store = SessionStore()
    store.row, store._session_cache = row, {"a": 1}
    AuthSession.objects.all().revoke("elsewhere")
    with pytest.raises(UpdateError):
        store._update(row, {"_auth_user_id": str(owner.id), "a": 1})
    assert AuthSession.objects.get().revoked_at is not None


def test_sign_out_ends_the_session_and_says_so(as_user, owner):
    client = as_user(owner)
    response = client.post("/fr/logout", follow=True)
    assert response.redirect_chain[-1] == ("/fr/auth", 302)
    assert not is_in(client)
    row = AuthSession.objects.get()
    assert row.revoked_reason == "signed_out"
    assert AuditEvent.objects.filter(action="accounts.signed_out", actor_id=owner.id).count() == 1


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("logout", {}),
        ("settings/security/revoke-all", {}),
        ("settings/profile/close", {"confirmation": "member@example.com"}),
    ],
)
def test_browser_forgets_what_was_typed_when_its_user_leaves(as_user, member, path, typed):
    response = as_user(member).post(f"/fr/{path}", typed)
    assert response.url == "/fr/auth"
    assert response.headers["Clear-Site-Data"] == '"storage"'


def test_sign_out_ends_only_this_browser(as_user, owner):
    here, there = as_user(owner), as_user(owner)
    here.post("/fr/logout")
    assert not is_in(here)
    assert is_in(there)


def test_key_kept_after_sign_out_opens_nothing(as_user, owner):
    client = as_user(owner)
    key = client.cookies["session"].value
    client.post("/fr/logout")
    client.cookies["session"] = key
    assert not is_in(client)


@pytest.mark.parametrize("method", ["get", "head"])
def test_sign_out_is_a_post(as_user, owner, method):
    client = as_user(owner)
    assert getattr(client, method)("/fr/logout").status_code == 302
    assert is_in(client)


def test_sign_out_by_another_site_is_refused(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert client.post("/fr/logout").status_code == 403
    assert is_in(client)


def test_sign_out_of_the_signed_out_leads_to_asking(client, db):
    before = dump()
    response = client.post("/fr/logout")
    assert (response.status_code, response.url) == (302, "/fr/auth")
    assert dump() == before


def test_long_expired_sessions_are_removed(as_user, owner):
    as_user(owner)
    AuthSession.objects.update(expire_date=timezone.now() - timedelta(days=91))
    as_user(owner)
    SessionStore.clear_expired()
    assert AuthSession.objects.count() == 1
    assert AuthSession.objects.live().count() == 1


def test_reading_a_page_asks_for_the_session_once(as_user, owner):
    client = as_user(owner)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        assert is_in(client)
    assert sum("accounts_authsession" in query["sql"] for query in asked) == 1


def test_data_of_anonymous_visitors_is_not_stored(db):
    store = SessionStore()
    store["cart"] = "full"
    store.save()
    assert AuthSession.objects.count() == 0


def test_page_after_signing_in_names_the_user(as_user, owner):
    assert owner.short_name in text_of(as_user(owner).get(PAGE))


@pytest.mark.variants
@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("/fr/settings/profile/address", "/fr/settings/profile"),
        ("/fr/settings/security/revoke-others", "/fr/settings/security"),
        ("/fr/o/bakery/team/invite", "/fr/o/bakery/team"),
    ],
)
def test_session_that_ended_under_a_form_leads_back_to_its_page(as_user, owner, sign_in, form, page):
    client = as_user(owner)
    AuthSession.objects.revoke("others")
    asked = client.post(form, {"email": "new@example.com"}, follow=True)
    response = sign_in(client, owner, next_path=asked.context["form"]["next"].value())
    assert client.get(response.url, follow=True).redirect_chain == [(page, 302)]
    assert client.get(page).status_code == 200

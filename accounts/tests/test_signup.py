"""Open sign-up: the account is created when the link is used, never before. Closed sign-up: never."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuthSession, LoginToken, User
from accounts.tests.factories import make_link
from accounts.tests.helpers import code_in, link_secret, text_of
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

NEW = "new.person@example.com"
VERIFY = "/fr/verify-magic-link"


@pytest.fixture
def _open(settings: Any) -> None:
    settings.AVA_SIGNUP = "open"


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize("locale", ["fr", "en", "he"])
def test_the_account_is_created_at_verification_and_lands_in_the_guided_steps(
    client, run_tasks, mailoutbox, locale
):
    client.post(f"/{locale}/auth", {"email": " New.Person@Example.com "})
    run_tasks()
    (mail,) = mailoutbox
    assert mail.to == [NEW]
    secret = link_secret(mail)
    for method in ("get", "head"):
        getattr(Client(), method)(f"/{locale}/verify-magic-link", {"token": secret})
    assert not User.objects.exists()
    answer = client.post(f"/{locale}/verify-magic-link", {"token": secret})
    assert (answer.status_code, answer.url) == (303, f"/{locale}/home")
    user = User.objects.get()
    assert (user.email, user.locale, user.name) == (NEW, locale, "")
    assert user.timezone == ("Asia/Jerusalem" if locale == "he" else "Europe/Paris")
    assert (user.is_staff, user.is_superuser, user.memberships.count()) == (False, False, 0)
    assert client.get(answer.url).url == f"/{locale}/onboarding/welcome"
    assert client.get(f"/{locale}/onboarding/welcome").status_code == 200


@pytest.mark.usefixtures("_open")
def test_the_code_makes_an_account_too(client, run_tasks, mailoutbox):
    url = client.post("/fr/auth", {"email": NEW}).url
    run_tasks()
    data = {"request": url.rpartition("=")[2], "code": code_in(mailoutbox[0])}
    assert client.post("/fr/auth/sent", data).status_code == 303
    assert User.objects.get().email == NEW


@pytest.mark.usefixtures("_open")
def test_a_first_sign_in_is_no_new_device(client, run_tasks, mailoutbox):
    client.post(VERIFY, {"token": make_link(None, email=NEW).secret})
    run_tasks()
    assert mailoutbox == []


@pytest.mark.usefixtures("_open")
def test_the_first_sign_in_is_recorded(client):
    client.post(VERIFY, {"token": make_link(None, email=NEW).secret})
    event = AuditEvent.objects.get(action="accounts.signed_in")
    assert event.actor_id == User.objects.get().pk
    assert event.actor_label == NEW


@pytest.mark.usefixtures("_open")
def test_a_link_that_ran_out_makes_no_account(client):
    minted = make_link(None, email=NEW)
    LoginToken.objects.update(expires_at="2020-01-01T00:00Z")
    assert client.post(VERIFY, {"token": minted.secret}).status_code == 410
    assert not User.objects.exists()


@pytest.mark.usefixtures("_open")
def test_an_address_that_turns_up_in_two_spellings_is_one_account(client):
    for _ in range(2):
        Client().post(VERIFY, {"token": make_link(None, email=NEW).secret})
    assert User.objects.count() == 1


@pytest.mark.usefixtures("_open")
def test_a_deactivated_user_does_not_come_back_by_signing_up(client, owner):
    User.objects.filter(pk=owner.pk).update(is_active=False)
    minted = make_link(None, email=owner.email)
    assert client.post(VERIFY, {"token": minted.secret}).status_code == 410
    assert not User.objects.get(pk=owner.pk).is_active


@pytest.mark.parametrize("way", ["link", "code"])
def test_by_invitation_only_no_account_is_made(client, run_tasks, mailoutbox, way):
    cookie = "b" * 43
    client.cookies["browser"] = cookie
    minted = make_link(None, email=NEW, browser=cookie)  # as if a mail had gone out while sign-up was open
    if way == "link":
        status = client.post(VERIFY, {"token": minted.secret}).status_code
    else:
        data = {"request": str(minted.token.id), "code": minted.code}
        status = client.post("/fr/auth/sent", data).status_code
    assert status in {410, 422}
    assert not User.objects.exists()
    assert not AuthSession.objects.exists()


def test_by_invitation_only_a_user_without_a_membership_is_told_what_to_do(as_user, staff):
    User.objects.filter(pk=staff.pk).update(is_staff=False)
    client = as_user(User.objects.get(pk=staff.pk))
    assert client.get("/fr/home").url == "/fr/dashboard"
    assert client.get("/fr/dashboard").status_code == 200
    assert client.get("/fr/onboarding").url == "/fr/dashboard"
    assert "onboarding/welcome" not in text_of(client.get("/fr/dashboard"))

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from accounts.models import AuthSession, LoginToken, User
from accounts.tests.factories import UserFactory, make_link
from accounts.tests.helpers import dump
from core.models import AuditEvent
from organizations.models import Invitation, Membership
from organizations.permissions import Role
from organizations.tests.factories import make_invitation

pytestmark = pytest.mark.django_db

ACCEPT = "/fr/invitations/accept"


@pytest.fixture
def secret(bakery, owner) -> str:
    return make_invitation(bakery, role=Role.VIEWER, locale="he", invited_by=owner)[1]


def test_link_makes_the_account_the_place_and_the_session(client, secret, bakery):
    response = client.post(ACCEPT, {"token": secret})
    assert (response.status_code, response.url) == (303, "/fr/home")
    user = User.objects.get(email="new@example.com")
    assert user.locale == "he"
    place = Membership.objects.get(user=user)
    assert (place.organization, place.role) == (bakery, Role.VIEWER)
    assert client.get("/fr/o/bakery").status_code == 200
    assert client.get("/fr/home", follow=True).redirect_chain[-1][0] == "/fr/o/bakery"
    assert Invitation.objects.get().state == "accepted"
    assert AuthSession.objects.get(user=user, login_token__purpose="invitation").is_live
    assert django_settings.BROWSER_COOKIE_NAME in client.cookies
    event = AuditEvent.objects.get(action="organizations.joined")
    assert (event.actor_id, event.organization_id, event.data) == (user.id, bakery.id, {"role": "viewer"})


def test_nothing_is_made_before_acceptance(secret):
    assert not User.objects.filter(email="new@example.com").exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_changes_nothing(client, secret, method):
    before = dump()
    response = getattr(client, method)(ACCEPT, {"token": secret})
    assert response.status_code == 200
    assert dump() == before


def test_showing_in_another_language_changes_nothing(client, secret):
    before = dump()
    response = client.post("/he/invitations/accept", {"token": secret, "show": "1"})
    page = response.content.decode()
    assert (response.status_code, 'lang="he"' in page) == (200, True)
    assert f'name="token" value="{secret}"' in page
    assert f"token={secret}" not in page
    assert dump() == before


def test_page_keeps_the_link_to_itself(client, secret):
    response = client.get(ACCEPT, {"token": secret})
    assert response["Referrer-Policy"] == "strict-origin"
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    page = response.content.decode()
    assert "new@example.com" not in page
    assert "Boulangerie Martin" in page


def test_put_is_refused(client, secret):
    assert client.put(f"{ACCEPT}?token={secret}").status_code == 405


def test_without_a_token_one_goes_home(client):
    assert client.get(ACCEPT).url == "/fr/home"


def test_second_use_is_gone(secret):
    assert Client().post(ACCEPT, {"token": secret}).status_code == 303
    for answer in (Client().post(ACCEPT, {"token": secret}), Client().get(ACCEPT, {"token": secret})):
        assert answer.status_code == 410
    assert Membership.objects.filter(user__email="new@example.com").count() == 1


def test_whoever_just_accepted_goes_on(client, secret):
    client.post(ACCEPT, {"token": secret})
    assert client.get(ACCEPT, {"token": secret}).status_code == 200
    again = client.post(ACCEPT, {"token": secret})
    assert (again.status_code, again.url) == (303, "/fr/home")
    assert AuthSession.objects.filter(user__email="new@example.com").count() == 1


@pytest.mark.parametrize("token", ["x", "A" * 43, "x" * 10_000, "\x00", "é"])
def test_unknown_is_gone(client, token):
    for method in (client.get, client.post):
        assert method(ACCEPT, {"token": token}).status_code == 410


def test_expired_is_gone(client, secret):
    LoginToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(ACCEPT, {"token": secret}).status_code == 410
    assert client.post(ACCEPT, {"token": secret}).status_code == 410
    assert not User.objects.filter(email="new@example.com").exists()


def test_withdrawn_is_gone_and_says_so(client, secret, as_user, owner):
    invitation = Invitation.objects.get()
    as_user(owner).post(f"/fr/o/bakery/team/invitations/{invitation.id}/withdraw")
    response = client.post("/en/invitations/accept", {"token": secret})
    assert response.status_code == 410
    assert "withdrawn" in response.content.decode()
    assert not User.objects.filter(email="new@example.com").exists()


def test_link_dies_with_the_organisation(client, secret, bakery):
    bakery.delete()
    assert client.get(ACCEPT, {"token": secret}).status_code == 410
    assert client.post(ACCEPT, {"token": secret}).status_code == 410
    assert LoginToken.objects.get().used_at is None


def test_link_of_another_purpose_opens_no_place(client, owner):
    link = make_link(owner)
    assert client.post(ACCEPT, {"token": link.secret}).status_code == 410
    assert LoginToken.objects.get().used_at is None


def test_invitation_signs_in_at_no_other_door(client, secret):
    assert client.post("/fr/verify-magic-link", {"token": secret}).status_code == 410
    assert client.post("/fr/address/confirm", {"token": secret}).status_code == 410
    assert LoginToken.objects.get().used_at is None


def test_known_person_keeps_their_account(client, secret):
    known = UserFactory(email="new@example.com", name="Zoé", locale="en")
    client.post(ACCEPT, {"token": secret})
    known.refresh_from_db()
    assert (known.name, known.locale) == ("Zoé", "en")
    assert Membership.objects.get(user=known).role == Role.VIEWER


def test_known_person_hears_of_a_new_device(client, secret, run_tasks, mailoutbox):
    known = UserFactory(email="new@example.com")
    other = Client()
    other.cookies[django_settings.BROWSER_COOKIE_NAME] = "b" * 43
    other.post("/fr/verify-magic-link", {"token": make_link(known).secret})
    client.post(ACCEPT, {"token": secret})
    run_tasks()
    assert [mail.to for mail in mailoutbox] == [["new@example.com"]]


def test_deactivated_person_gets_no_place(client, secret):
    UserFactory(email="new@example.com", is_active=False)
    assert client.post(ACCEPT, {"token": secret}).status_code == 410
    assert not Membership.objects.filter(user__email="new@example.com").exists()
    assert LoginToken.objects.get().used_at is None
    assert AuditEvent.objects.filter(action="organizations.invitation_refused").count() == 1


def test_signed_in_as_the_invited_no_second_session_opens(as_user, secret):
    known = UserFactory(email="new@example.com")
    client = as_user(known)
    assert client.post(ACCEPT, {"token": secret}).status_code == 303
    assert AuthSession.objects.filter(user=known).count() == 1
    assert Membership.objects.filter(user=known).count() == 1


def test_somebody_else_signed_in_is_asked_first(as_user, secret, outsider):
    client = as_user(outsider)
    asked = client.get(ACCEPT, {"token": secret})
    assert outsider.email in asked.content.decode()
    posted = client.post(ACCEPT, {"token": secret})
    assert posted.status_code == 200
    assert not Membership.objects.filter(user__email="new@example.com").exists()
    assert client.post(ACCEPT, {"token": secret, "switch": "1"}).status_code == 303
    assert client.get("/fr/o/florist").status_code == 404
    assert client.get("/fr/o/bakery").status_code == 200
    assert not AuthSession.objects.live().filter(user=outsider).exists()


def test_member_already_just_goes_on_and_keeps_the_role(as_user, bakery, admin):
    secret = make_invitation(bakery, email=admin.email, role=Role.VIEWER)[1]
    assert as_user(admin).post(ACCEPT, {"token": secret}).status_code == 303
    assert Membership.objects.get(user=admin).role == Role.ADMIN
    assert Invitation.objects.get().state == "accepted"


def test_failure_leaves_the_link_as_it_was(client, secret, monkeypatch):
    def fail(*args, **options):
        raise RuntimeError("no session today")

    monkeypatch.setattr("organizations.accepting.enter", fail)
    client.raise_request_exception = False
    assert client.post(ACCEPT, {"token": secret}).status_code == 500
    assert LoginToken.objects.get().state == "issued"
    assert not User.objects.filter(email="new@example.com").exists()
    monkeypatch.undo()
    assert client.post(ACCEPT, {"token": secret}).status_code == 303


def test_form_without_its_proof_is_refused(secret):
    assert Client(enforce_csrf_checks=True).post(ACCEPT, {"token": secret}).status_code == 403

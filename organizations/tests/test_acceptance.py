from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from accounts.login.tokens import mint
from accounts.models import AuthSession, LoginToken, User
from accounts.tests.factories import UserFactory, make_link
from accounts.tests.helpers import code_in, dump, link_secret
from core.models import AuditEvent
from organizations.models import Invitation, Membership
from organizations.permissions import Role
from organizations.tests.factories import make_invitation

pytestmark = pytest.mark.django_db

ACCEPT = "/fr/invitations/accept"


@pytest.fixture
def secret(bakery, owner) -> str:
    return make_invitation(bakery, role=Role.VIEWER, locale="he", invited_by=owner)[1]


def test_link_creates_the_account_the_membership_and_the_session(client, secret, bakery):
    response = client.post(ACCEPT, {"token": secret})
    assert (response.status_code, response.url) == (303, "/fr/home")
    user = User.objects.get(email="new@example.com")
    assert user.locale == "he"
    membership = Membership.objects.get(user=user)
    assert (membership.organization, membership.role) == (bakery, Role.VIEWER)
    assert client.get("/fr/o/bakery").status_code == 200
    assert client.get("/fr/home", follow=True).redirect_chain[-1][0] == "/fr/o/bakery"
    assert Invitation.objects.get().state == "accepted"
    assert AuthSession.objects.get(user=user, login_token__purpose="invitation").is_live
    assert django_settings.BROWSER_COOKIE_NAME in client.cookies
    event = AuditEvent.objects.get(action="organizations.joined")
    assert (event.actor_id, event.organization_id, event.data) == (user.id, bakery.id, {"role": "viewer"})


def test_a_new_member_has_the_organisations_time_zone(client, secret, bakery):
    bakery.timezone = "Asia/Jerusalem"
    bakery.save()
    client.post(ACCEPT, {"token": secret})
    assert User.objects.get(email="new@example.com").timezone == "Asia/Jerusalem"


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


def test_without_a_token_the_page_redirects_home(client):
    assert client.get(ACCEPT).url == "/fr/home"


def test_second_use_is_gone(secret):
    assert Client().post(ACCEPT, {"token": secret}).status_code == 303
    for answer in (Client().post(ACCEPT, {"token": secret}), Client().get(ACCEPT, {"token": secret})):
        assert answer.status_code == 410
    assert Membership.objects.filter(user__email="new@example.com").count() == 1


def test_user_who_just_accepted_goes_on(client, secret):
    client.post(ACCEPT, {"token": secret})
    assert client.get(ACCEPT, {"token": secret}).status_code == 200
    again = client.post(ACCEPT, {"token": secret})
    assert (again.status_code, again.url) == (303, "/fr/home")
    assert AuthSession.objects.filter(user__email="new@example.com").count() == 1


@pytest.mark.parametrize("token", ["x", "A" * 43, "x" * 10_000, "é"])
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


def test_link_ends_with_the_organisation(client, secret, bakery):
    bakery.delete()
    assert client.get(ACCEPT, {"token": secret}).status_code == 410
    assert client.post(ACCEPT, {"token": secret}).status_code == 410
    assert LoginToken.objects.get().used_at is None


def test_link_of_another_purpose_creates_no_membership(client, owner):
    link = make_link(owner)
    assert client.post(ACCEPT, {"token": link.secret}).status_code == 410
    assert LoginToken.objects.get().used_at is None


def test_invitation_link_works_on_no_other_page(client, secret):
    assert client.post("/fr/verify-magic-link", {"token": secret}).status_code == 410
    assert client.post("/fr/address/confirm", {"token": secret}).status_code == 410
    assert LoginToken.objects.get().used_at is None


def test_link_signs_in_to_no_existing_account(client, secret):
    """It is valid for days and may be forwarded; staff can be invited too."""
    UserFactory(email="new@example.com", is_staff=True)
    response = client.get("/en/invitations/accept", {"token": secret})
    assert response.status_code == 200
    assert "has an account already" in response.content.decode()
    for data in ({"token": secret}, {"token": secret, "switch": "1"}):
        assert client.post(ACCEPT, data).status_code == 303
        assert client.get("/fr/home").url.startswith("/fr/auth")
    assert not AuthSession.objects.exists()
    assert not Membership.objects.filter(user__email="new@example.com").exists()
    assert LoginToken.objects.get(purpose="invitation").state == "issued"


def test_existing_user_signs_in_as_usual_and_comes_back(client, secret, bakery, run_tasks, mailoutbox):
    known = UserFactory(email="new@example.com", name="Zoé", locale="en")
    asked = client.post(ACCEPT, {"token": secret})
    assert asked.url.startswith("/fr/auth/sent?request=")
    assert known.email not in client.get(asked.url).content.decode()  # the previous page had masked it
    run_tasks()
    assert [mail.to for mail in mailoutbox] == [["new@example.com"]]
    back = client.post("/fr/verify-magic-link", {"token": link_secret(mailoutbox[0])})
    assert back.url == f"/fr/invitations/{Invitation.objects.get().id}"
    before = dump()
    page = client.get(back.url)
    assert (page.status_code, "Boulangerie Martin" in page.content.decode()) == (200, True)
    assert dump() == before
    assert client.post(back.url).url == "/fr/home"
    known.refresh_from_db()
    assert (known.name, known.locale) == ("Zoé", "en")
    membership = Membership.objects.get(user=known)
    assert (membership.organization, membership.role) == (bakery, Role.VIEWER)
    assert AuthSession.objects.filter(user=known).count() == 1
    assert client.get(back.url).status_code == 200
    assert client.post(back.url).url == "/fr/home"
    assert Membership.objects.filter(user=known).count() == 1


def test_existing_user_may_type_the_code_where_the_invitation_stands(client, secret, run_tasks, mailoutbox):
    UserFactory(email="new@example.com")
    asked = client.post(ACCEPT, {"token": secret})
    run_tasks()
    data = {"request": asked.url.partition("request=")[2], "code": code_in(mailoutbox[0])}
    assert client.post("/fr/auth/sent", data).url == f"/fr/invitations/{Invitation.objects.get().id}"


def test_asking_for_the_link_is_limited_and_nothing_is_lost(client, secret, settings):
    settings.AVA_RATE_LIMITS = True
    UserFactory(email="new@example.com")
    assert client.post(ACCEPT, {"token": secret}).status_code == 303
    refused = client.post(ACCEPT, {"token": secret})
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)
    assert f'name="token" value="{secret}"' in refused.content.decode()


def test_dump_of_the_table_holds_no_secret_of_the_way_back(client, secret):
    UserFactory(email="new@example.com")
    client.post(ACCEPT, {"token": secret})
    assert secret not in str(dump())


def test_account_created_while_the_page_was_open_is_not_signed_in_to(client, secret, monkeypatch):
    assert "has an account" not in client.get("/en/invitations/accept", {"token": secret}).content.decode()
    UserFactory(email="new@example.com")
    # The state that the view read before the account existed.
    monkeypatch.setattr("organizations.invitations.acceptance_views._state", lambda request, offer: "confirm")
    response = client.post("/en/invitations/accept", {"token": secret})
    assert "has an account already" in response.content.decode()
    assert not AuthSession.objects.exists()
    assert LoginToken.objects.get().state == "issued"


def test_invitation_is_shown_only_to_the_invited_user(client, as_user, secret, outsider):
    path = f"/fr/invitations/{Invitation.objects.get().id}"
    assert client.get(path).url == f"/fr/auth?next={path}"
    for method in ("get", "post"):
        assert getattr(as_user(outsider), method)(path).status_code == 404
    assert not Membership.objects.filter(organization__slug="bakery", user=outsider).exists()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"withdrawn_at": timezone.now()}, "withdrawn"),
        ({"accepted_at": timezone.now()}, "already been accepted"),
        ({"token": None}, "expired"),
    ],
)
def test_offer_that_ended_says_so_to_the_signed_in(as_user, secret, fields, says):
    client = as_user(UserFactory(email="new@example.com"))
    Invitation.objects.update(**fields)
    path = f"/en/invitations/{Invitation.objects.get().id}"
    for method in (client.get, client.post):
        response = method(path)
        assert (response.status_code, says in response.content.decode()) == (410, True)
    assert not Membership.objects.filter(user__email="new@example.com").exists()


def test_sent_again_meanwhile_the_way_back_still_works(as_user, secret, owner):
    invitation = Invitation.objects.get()
    client = as_user(UserFactory(email="new@example.com"))
    as_user(owner).post(f"/fr/o/bakery/team/invitations/{invitation.id}/again")
    path = f"/fr/invitations/{invitation.id}"
    assert client.post(path).status_code == 410  # its mail is on its way
    mint(LoginToken.objects.get(invitation=invitation).id)
    assert client.post(path).status_code == 303
    assert Membership.objects.filter(user__email="new@example.com").count() == 1


def test_deactivated_user_gets_no_membership(client, secret):
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


def test_another_signed_in_user_is_asked_first(as_user, secret, outsider):
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


def test_another_signed_in_user_is_led_to_the_invited_account(
    as_user, secret, outsider, run_tasks, mailoutbox
):
    UserFactory(email="new@example.com")
    client = as_user(outsider)
    assert outsider.email in client.get(ACCEPT, {"token": secret}).content.decode()
    client.post(ACCEPT, {"token": secret})
    assert client.get("/fr/o/florist").status_code == 200
    run_tasks()
    client.post("/fr/verify-magic-link", {"token": link_secret(mailoutbox[0]), "switch": "1"})
    assert client.post(f"/fr/invitations/{Invitation.objects.get().id}").status_code == 303
    assert client.get("/fr/o/florist").status_code == 404
    assert client.get("/fr/o/bakery").status_code == 200


def test_member_already_just_goes_on_and_keeps_the_role(as_user, bakery, admin):
    secret = make_invitation(bakery, email=admin.email, role=Role.VIEWER)[1]
    assert as_user(admin).post(ACCEPT, {"token": secret}).status_code == 303
    assert Membership.objects.get(user=admin).role == Role.ADMIN
    assert Invitation.objects.get().state == "accepted"


def test_failure_leaves_the_link_as_it_was(client, secret, monkeypatch):
    def fail(*args, **options):
        raise RuntimeError("no session today")

    monkeypatch.setattr("organizations.invitations.acceptance.sign_in", fail)
    client.raise_request_exception = False
    assert client.post(ACCEPT, {"token": secret}).status_code == 500
    assert LoginToken.objects.get().state == "issued"
    assert not User.objects.filter(email="new@example.com").exists()
    monkeypatch.undo()
    assert client.post(ACCEPT, {"token": secret}).status_code == 303


def test_form_without_csrf_token_is_refused(secret):
    assert Client(enforce_csrf_checks=True).post(ACCEPT, {"token": secret}).status_code == 403

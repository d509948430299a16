import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import LoginToken
from accounts.tests.factories import UserFactory
from core.models import AuditEvent
from organizations.models import Invitation
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, make_invitation
from organizations.tests.helpers import invitation_link, invitation_secret

pytestmark = pytest.mark.django_db

TEAM = "/fr/o/bakery/team"


def invite(client, email="New@Example.com", role="member", locale="fr", **given):
    return client.post(f"/{locale}/o/bakery/team/invite", {"email": email, "role": role, **given})


def test_invitation_is_kept_and_mailed(as_user, owner, run_tasks, mailoutbox):
    response = invite(as_user(owner))
    assert (response.status_code, response.url) == (302, TEAM)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.invited_by) == ("new@example.com", "member", owner)
    assert invitation.state == "waiting"
    assert not mailoutbox
    run_tasks()
    (mail,) = mailoutbox
    assert mail.to == ["new@example.com"]
    assert invitation_link(mail).startswith("http://127.0.0.1")
    invitation.refresh_from_db()
    assert invitation.state == "sent"
    expires_at = LoginToken.objects.get().expires_at
    assert expires_at is not None
    left = expires_at - timezone.now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)
    event = AuditEvent.objects.get(action="organizations.invited")
    assert (event.actor_id, event.organization_id) == (owner.id, invitation.organization_id)
    assert (event.subject_label, event.data) == ("new@example.com", {"role": "member"})


@pytest.mark.parametrize("locale", ["fr", "en", "he"])
def test_mail_to_a_new_user_is_in_the_organisations_language(
    as_user, owner, bakery, run_tasks, mailoutbox, locale
):
    bakery.locale = locale
    bakery.save()
    invite(as_user(owner))
    run_tasks()
    assert f"/{locale}/invitations/accept?token=" in invitation_link(mailoutbox[0])
    assert "Boulangerie Martin" in mailoutbox[0].subject
    html = str(mailoutbox[0].alternatives[0][0])
    assert f'lang="{locale}"' in html
    assert ('dir="rtl"' in html) == (locale == "he")


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("fr", "Votre rôle\u00a0: Administrateur."),
        ("en", "Your role: Administrator."),
        ("he", "התפקיד שלכם: מנהל."),
    ],
)
def test_mail_names_the_role_in_its_language(as_user, owner, bakery, run_tasks, mailoutbox, locale, said):
    bakery.locale = locale
    bakery.save()
    invite(as_user(owner), role="admin")
    run_tasks()
    (mail,) = mailoutbox
    assert said in str(mail.body)
    assert said in str(mail.alternatives[0][0])


def test_mail_to_an_existing_user_is_in_their_language(as_user, owner, run_tasks, mailoutbox):
    UserFactory(email="new@example.com", locale="he")
    invite(as_user(owner))
    run_tasks()
    assert "/he/invitations/accept" in invitation_link(mailoutbox[0])


def test_names_cannot_break_the_mail(as_user, owner, bakery, run_tasks, mailoutbox):
    owner.name = "<b>Zoé</b> & Co"
    owner.save()
    invite(as_user(owner))
    run_tasks()
    assert "<b>Zoé</b> & Co" in mailoutbox[0].subject
    assert "<b>Zoé" not in str(mailoutbox[0].alternatives[0][0])


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "zoé@example.com", "a@exam\u200bple.com"])
def test_invalid_address_is_reported_beside_the_field(as_user, owner, email):
    response = invite(as_user(owner), email)
    assert response.status_code == 422
    assert 'id="id_email_error"' in response.content.decode()
    assert not Invitation.objects.exists()


def test_member_is_not_invited(as_user, owner, member):
    assert invite(as_user(owner), member.email).status_code == 422
    assert not Invitation.objects.exists()


def test_second_invitation_to_one_address_is_refused(as_user, owner):
    assert [invite(as_user(owner)).status_code for _ in range(2)] == [302, 422]
    assert Invitation.objects.count() == 1
    assert LoginToken.objects.count() == 1


def test_withdrawn_address_may_be_invited_anew(as_user, owner, bakery):
    invitation, _secret = make_invitation(bakery)
    as_user(owner).post(f"{TEAM}/invitations/{invitation.id}/withdraw")
    assert invite(as_user(owner)).status_code == 302


GIVES = {
    Role.OWNER: {Role.OWNER, Role.ADMIN, Role.MEMBER, Role.VIEWER},
    Role.ADMIN: {Role.MEMBER, Role.VIEWER},
    Role.MEMBER: set(),
    Role.VIEWER: set(),
}


@pytest.mark.variants
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("given", Role)
def test_inviter_gives_roles_below_the_own(request, as_user, bakery, role, given):
    person = request.getfixturevalue(role.value)
    response = invite(as_user(person), role=given.value, confirmed="1")
    expected = 302 if given in GIVES[role] else 422 if GIVES[role] else 403
    assert response.status_code == expected
    assert Invitation.objects.exists() == (expected == 302)


def test_sending_again_replaces_the_link(as_user, owner, bakery, run_tasks, mailoutbox, client):
    invitation, first = make_invitation(bakery)
    response = as_user(owner).post(f"{TEAM}/invitations/{invitation.id}/again")
    assert response.status_code == 302
    run_tasks()
    second = invitation_secret(mailoutbox[0])
    assert client.post("/fr/invitations/accept", {"token": first}).status_code == 410
    assert client.post("/fr/invitations/accept", {"token": second}).status_code == 303


def test_expired_invitation_can_be_sent_again(as_user, owner, bakery, run_tasks, mailoutbox, client):
    invitation, _secret = make_invitation(bakery)
    LoginToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    invitation.refresh_from_db()
    assert invitation.state == "expired"
    as_user(owner).post(f"{TEAM}/invitations/{invitation.id}/again")
    run_tasks()
    secret = invitation_secret(mailoutbox[0])
    assert client.post("/fr/invitations/accept", {"token": secret}).status_code == 303


def test_invitation_whose_link_was_deleted_can_be_sent_again(as_user, owner, bakery, run_tasks, mailoutbox):
    invitation, _secret = make_invitation(bakery)
    LoginToken.objects.all().delete()
    assert "new@example.com" in as_user(owner).get(TEAM).content.decode()
    as_user(owner).post(f"{TEAM}/invitations/{invitation.id}/again")
    run_tasks()
    assert len(mailoutbox) == 1


def test_sending_again_is_limited_and_says_when(as_user, owner, bakery, settings, run_tasks, mailoutbox):
    settings.AVA_RATE_LIMITS = True
    invitation, _secret = make_invitation(bakery)
    client = as_user(owner)
    answers = [client.post(f"{TEAM}/invitations/{invitation.id}/again") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 429]
    assert 0 < int(answers[1]["Retry-After"]) <= 60
    run_tasks()
    assert len(mailoutbox) == 1


@pytest.mark.slow
def test_inviting_is_limited_per_organisation(as_user, owner, settings):
    settings.AVA_RATE_LIMITS = True
    client = as_user(owner)
    codes = [invite(client, f"person{number}@example.com").status_code for number in range(51)]
    assert codes == [302] * 50 + [429]
    assert Invitation.objects.count() == 50


def test_withdrawn_before_the_mail_went_out_sends_nothing(as_user, owner, run_tasks, mailoutbox):
    invite(as_user(owner))
    invitation = Invitation.objects.get()
    as_user(owner).post(f"{TEAM}/invitations/{invitation.id}/withdraw")
    run_tasks()
    assert not mailoutbox


@pytest.mark.parametrize("verb", ["again", "withdraw"])
def test_another_organisations_invitation_is_not_there(as_user, owner, outsider, verb):
    foreign = outsider.memberships.get().organization
    invitation, _secret = make_invitation(foreign)
    assert as_user(owner).post(f"{TEAM}/invitations/{invitation.id}/{verb}").status_code == 404
    assert as_user(outsider).post(f"{TEAM}/invitations/{invitation.id}/{verb}").status_code == 404
    assert LoginToken.objects.get().state == "issued"


@pytest.mark.parametrize("verb", ["again", "withdraw"])
def test_admin_leaves_an_owners_invitation_alone(as_user, admin, bakery, verb):
    invitation, _secret = make_invitation(bakery, role=Role.OWNER)
    assert as_user(admin).post(f"{TEAM}/invitations/{invitation.id}/{verb}").status_code == 403


@pytest.mark.parametrize("verb", ["again", "withdraw"])
def test_accepted_invitation_is_over(as_user, owner, bakery, client, verb):
    invitation, secret = make_invitation(bakery)
    client.post("/fr/invitations/accept", {"token": secret})
    assert as_user(owner).post(f"{TEAM}/invitations/{invitation.id}/{verb}").status_code == 404


def test_one_address_may_be_invited_by_two_organisations(client, bakery):
    other = MembershipFactory(role=Role.OWNER).organization
    secrets = [make_invitation(each)[1] for each in (bakery, other)]
    assert [client.post("/fr/invitations/accept", {"token": secret}).status_code for secret in secrets] == [
        303
    ] * 2


def test_mail_language_is_the_inviters_choice(as_user, owner, run_tasks, mailoutbox):
    client = as_user(owner)
    page = client.get(TEAM).content.decode()
    assert re.search(r'<option value="fr" selected', page)
    client.post(f"{TEAM}/invite", {"email": "new@example.com", "role": "member", "locale": "he"})
    invitation = Invitation.objects.get()
    client.post(f"{TEAM}/invitations/{invitation.id}/again")
    run_tasks()
    (mail,) = mailoutbox  # the first link was replaced before its mail went out
    assert "/he/invitations/accept" in invitation_link(mail)


def test_unknown_mail_language_is_refused(as_user, owner):
    answer = as_user(owner).post(
        f"{TEAM}/invite", {"email": "n@example.com", "role": "member", "locale": "x"}
    )
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_inviting_an_owner_asks_first(as_user, owner):
    client = as_user(owner)
    typed = {"email": "new@example.com", "role": "owner", "locale": "he"}
    page = client.post(f"{TEAM}/invite", typed)
    assert page.status_code == 200
    assert not Invitation.objects.exists()
    sent = dict(
        re.findall(r'type="hidden" name="(email|role|locale)" value="([^"]+)"', page.content.decode())
    )
    assert sent == typed
    back = client.post(f"{TEAM}/invite", sent | {"change": "1"})
    assert back.status_code == 200
    assert 'value="new@example.com"' in back.content.decode()
    assert not Invitation.objects.exists()
    assert client.post(f"{TEAM}/invite", sent | {"confirmed": "1"}).status_code == 302
    assert Invitation.objects.get().role == Role.OWNER


@pytest.mark.parametrize("way", ["form", "list"])
def test_second_invitation_within_seconds_says_that_one_was_sent(as_user, owner, settings, way):
    settings.AVA_RATE_LIMITS = True
    client = as_user(owner)
    invite(client)
    invitation = Invitation.objects.get()
    assert 55 <= invitation.resend_in <= 60
    response = invite(client) if way == "form" else client.post(f"{TEAM}/invitations/{invitation.id}/again")
    page = response.content.decode()
    assert response.status_code == 429
    assert "Trop de tentatives" not in page
    assert "vient d’être envoyée à new@example.com" in page
    assert ('value="new@example.com"' in page or 'value="New@Example.com"' in page) == (way == "form")
    assert 'data-controller="countdown"' in page
    assert Invitation.objects.count() == 1


def test_invitation_can_be_sent_again_after_a_minute(as_user, owner, bakery):
    invitation, _secret = make_invitation(bakery)
    LoginToken.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    invitation.refresh_from_db()
    assert invitation.resend_in == 0
    assert 'data-controller="countdown"' not in as_user(owner).get(TEAM).content.decode()

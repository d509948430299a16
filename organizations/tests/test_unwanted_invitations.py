"""Invitations to people who do not want them: limits over all senders, who invites, and how to stop them."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from accounts.tests.helpers import normalized
from organizations.invitations import rate_limits
from organizations.models import Invitation, InvitationRefusal, Organization
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

STRANGER = "stranger@example.com"


@pytest.fixture
def limits(settings: Any) -> None:
    settings.AVA_RATE_LIMITS = True


def invite(user: User, address: str = STRANGER) -> Any:
    client = Client()
    client.force_login(user)
    slug = user.memberships.get().organization.slug
    return client.post(f"/en/o/{slug}/team/invite", {"email": address, "role": "member"})


def owners(number: int) -> list[User]:
    return [MembershipFactory(role=Role.OWNER).user for _ in range(number)]


# Limits.


def test_a_stranger_gets_three_invitations_an_hour_from_all_organisations(limits, run_tasks, mailoutbox):
    spellings = [STRANGER, "stran.ger@example.com", "stranger+1@example.com", "STRANGER@example.com"]
    answers = [invite(user, spellings[number % 4]) for number, user in enumerate(owners(8))]
    assert [answer.status_code for answer in answers] == [302] * 3 + [429] * 5
    assert 0 < int(answers[-1]["Retry-After"]) <= 3600
    run_tasks()
    assert len(mailoutbox) == 3
    assert invite(owners(1)[0], "other@example.com").status_code == 302


def test_a_stranger_gets_five_a_day(limits):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        statuses = []
        for user in owners(8):
            statuses.append(invite(user).status_code)
            clock.shift(3601)
        assert statuses == [302] * 5 + [429] * 3


def test_an_invitation_can_be_sent_again(limits, as_user, owner, run_tasks, mailoutbox):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        invite(owner)
        invitation = Invitation.objects.get()
        for _ in range(2):
            clock.shift(61)
            again = as_user(owner).post(f"/en/o/bakery/team/invitations/{invitation.id}/again")
            assert again.status_code == 302
        run_tasks()
    assert len(mailoutbox) == 1  # the links that were replaced before their mail went out are not mailed


def test_one_sender_invites_50_people_a_day_from_all_organisations(limits, monkeypatch, owner):
    monkeypatch.setattr(
        rate_limits, "PER_SENDER", rate_limits.Limit("invitation.sender", hits=2, per=rate_limits.DAY)
    )
    statuses = []
    for number in range(3):
        owner.memberships.all().delete()
        MembershipFactory(user=owner, role=Role.OWNER)
        statuses.append(invite(owner, f"person{number}@example.com").status_code)
    assert statuses == [302, 302, 429]


def test_one_person_founds_three_organisations_an_hour(limits, settings, as_user):
    settings.AVA_SIGNUP = "open"
    user = UserFactory()
    typed = {"name": "Atelier", "timezone": "Europe/Paris", "locale": "fr", "trade": "craftsman", "real": "1"}
    statuses = []
    for _ in range(5):
        answer = as_user(user).post("/en/onboarding/welcome", typed)
        statuses.append(answer.status_code)
        user.memberships.all().delete()
    assert statuses == [302] * 3 + [429] * 2
    assert 'value="Atelier"' in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
    assert Organization.objects.count() == 3


# Names.


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/en/o/bakery/settings", {"timezone": "Europe/Paris", "locale": "fr"}),
        ("/en/settings/profile", {"timezone": "Europe/Paris", "locale": "fr"}),
        ("/en/o/bakery/assistants/new", {}),
    ],
)
def test_a_name_with_a_web_address_is_refused_beside_its_field(as_user, owner, path, typed):
    answer = as_user(owner).post(path, {**typed, "name": "Compte bloqué : evil．example"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Write the name without a web address" in page
    assert "evil" not in Organization.objects.get().name
    assert "evil" not in User.objects.get(pk=owner.pk).name


def test_the_mail_says_who_invites(owner, run_tasks, mailoutbox):
    invite(owner)
    run_tasks()
    for text in (str(mailoutbox[0].body), str(mailoutbox[0].alternatives[0][0])):
        assert owner.name in text
        assert owner.email in text


def test_the_mail_of_a_nameless_inviter_says_the_address_once(owner, run_tasks, mailoutbox):
    User.objects.filter(pk=owner.pk).update(name="")
    invite(User.objects.get(pk=owner.pk))
    run_tasks()
    assert str(mailoutbox[0].body).count(owner.email) == 1
    assert owner.email in mailoutbox[0].subject


# Stopping them.


@pytest.fixture
def stop(owner, run_tasks, mailoutbox) -> str:
    """The link of an invitation's mail that stops further ones."""
    invite(owner)
    run_tasks()
    (link,) = [line for line in str(mailoutbox[0].body).splitlines() if "/invitations/stop?token=" in line]
    mailoutbox.clear()
    return link.strip()


def secret_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["token"][0]


def path_of(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


def mails_after_an_invitation(run_tasks: Any, mailoutbox: list[Any], address: str = STRANGER) -> int:
    mailoutbox.clear()
    answer = invite(owners(1)[0], address)
    assert answer.status_code == 302
    run_tasks()
    return len(mailoutbox)


def test_opening_the_link_changes_nothing(stop, run_tasks, mailoutbox, client):
    for method in (client.get, client.head):
        assert method(path_of(stop)).status_code == 200
    shown = client.post("/en/invitations/stop", {"token": secret_of(stop), "show": "1"})
    assert shown.status_code == 200
    assert not InvitationRefusal.objects.exists()
    assert mails_after_an_invitation(run_tasks, mailoutbox) == 1


@pytest.mark.parametrize("address", [STRANGER, "stran.ger+x@example.com"])
def test_the_button_stops_invitations_of_every_organisation(stop, run_tasks, mailoutbox, address):
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/en/invitations/stop", {"token": secret_of(stop)})
    assert page.status_code == 200
    assert "Allow invitations again" in page.content.decode()
    assert mails_after_an_invitation(run_tasks, mailoutbox, address) == 0
    assert mails_after_an_invitation(run_tasks, mailoutbox, "other@example.com") == 1


def test_the_button_of_the_mail_client_stops_them_too(owner, run_tasks, mailoutbox):
    invite(owner)
    run_tasks()
    headers = mailoutbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    client = Client(enforce_csrf_checks=True)
    assert client.post(path_of(link), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert mails_after_an_invitation(run_tasks, mailoutbox) == 0


def test_they_can_be_allowed_again(stop, run_tasks, mailoutbox, client):
    client.post("/en/invitations/stop", {"token": secret_of(stop)})
    client.post("/en/invitations/stop", {"token": secret_of(stop), "undo": "1"})
    assert mails_after_an_invitation(run_tasks, mailoutbox) == 1


def test_the_inviter_sees_no_refusal(stop, run_tasks, mailoutbox, client, as_user, owner):
    Invitation.objects.all().delete()
    client.post("/en/invitations/stop", {"token": secret_of(stop)})
    pages = []
    for address in (STRANGER, "anyother@example.com"):
        Invitation.objects.all().delete()
        invite(owner, address)
        run_tasks()
        assert Invitation.objects.get().state == "sent"
        page = as_user(owner).get("/en/o/bakery/team").content.decode()
        seconds = re.sub(r'data-seconds="\d+"', "", normalized(page))  # until it may be sent again
        pages.append(seconds.replace(address, "*"))
    assert pages[0] == pages[1]
    assert [mail.to for mail in mailoutbox] == [["anyother@example.com"]]


def test_a_sign_in_link_is_mailed_all_the_same(stop, run_tasks, mailoutbox, client):
    UserFactory(email=STRANGER)
    client.post("/en/invitations/stop", {"token": secret_of(stop)})
    client.post("/en/auth", {"email": STRANGER})
    run_tasks()
    assert [mail.to for mail in mailoutbox] == [[STRANGER]]


def test_the_link_outlives_the_organisation(stop, bakery, run_tasks, mailoutbox, client):
    Organization.objects.all().delete()
    assert client.post("/en/invitations/stop", {"token": secret_of(stop)}).status_code == 200
    assert mails_after_an_invitation(run_tasks, mailoutbox) == 0


@pytest.mark.parametrize("forged", ["x", "a" * 5000, "0" * 64, f"{'0' * 64}:{'a' * 43}", "é:é", ":"])
def test_a_forged_link_is_not_valid(client, forged):
    for answer in (
        client.get("/en/invitations/stop", {"token": forged}),
        client.post("/en/invitations/stop", {"token": forged}),
    ):
        assert answer.status_code == 410
    assert not InvitationRefusal.objects.exists()


def test_neither_link_nor_table_names_the_address(stop, client):
    client.post("/en/invitations/stop", {"token": secret_of(stop)})
    assert "stranger" not in stop
    assert "stranger" not in str(InvitationRefusal.objects.values_list())

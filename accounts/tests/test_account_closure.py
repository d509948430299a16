"""Closing an account: confirmed, never leaving an organisation without an owner, and complete."""

import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from accounts.models import AuthSession, Avatar, LoginToken, User
from accounts.tests.factories import UserFactory, make_link
from accounts.tests.helpers import dump, text_of
from accounts.tests.test_avatar import picture, send
from core.models import AuditEvent
from organizations.models import Membership, Organization
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, OrganizationFactory, make_invitation

CLOSE = "/fr/settings/profile/close"


def close(client: Client, typed: str) -> Any:
    return client.post(CLOSE, {"confirmation": typed})


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "oui", "admin@example.com", "member@example.co", "x" * 9999, "\x00"])
def test_without_ones_own_address_typed_nothing_is_closed(as_user, member, typed):
    before = dump()
    answer = close(as_user(member), typed)
    assert answer.status_code == 422
    assert len(answer.context["close_form"].errors["confirmation"]) == 1
    assert 'aria-invalid="true"' in text_of(answer)
    after = dump()
    assert after["accounts_user"] == before["accounts_user"]
    assert after["organizations_membership"] == before["organizations_membership"]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["member@example.com", "  MEMBER@Example.com "])
def test_with_it_the_account_is_gone(as_user, member, owner, bakery, typed):
    client, other_device = as_user(member), as_user(member)
    send(client, picture())
    make_link(member)
    answer = close(client, typed)
    assert (answer.status_code, answer.url) == (302, "/fr/auth")
    assert not User.objects.filter(pk=member.pk).exists()
    for rows in (AuthSession, Membership, Avatar):
        assert not rows.objects.filter(user_id=member.pk).exists()
    assert not LoginToken.objects.filter(email="member@example.com").exists()
    for browser in (client, other_device):
        assert browser.get("/fr/o/bakery").status_code == 302
    assert Organization.objects.filter(pk=bakery.pk).exists()
    assert User.objects.filter(pk=owner.pk).exists()


@pytest.mark.django_db
def test_links_on_their_way_open_nothing_afterwards(as_user, member, settings):
    secret = make_link(member).secret
    close(as_user(member), member.email)
    answer = Client().post("/fr/verify-magic-link", {"token": secret})
    assert answer.status_code == 410
    assert AuthSession.objects.count() == 0


@pytest.mark.django_db
def test_tasks_on_their_way_have_nothing_to_do(as_user, member, run_tasks, mailoutbox):
    Client().post("/fr/auth", {"email": member.email})
    client = as_user(member)
    client.post("/fr/settings/profile/address", {"email": "new@example.com"})
    close(client, member.email)
    run_tasks()
    assert mailoutbox == []


@pytest.mark.django_db
def test_the_audit_keeps_that_it_happened_under_a_masked_address(as_user, member):
    close(as_user(member), member.email)
    event = AuditEvent.objects.get(action="accounts.closed")
    assert (event.actor_id, event.subject_id) == (member.pk, member.pk)
    assert event.actor_label == event.subject_label == "m•••••@example.com"


@pytest.mark.django_db
def test_the_address_stands_nowhere_any_more(client, member, sign_in, run_tasks):
    """Neither in earlier audit events, nor in a table of another app."""
    sign_in(client, member)
    client.post("/fr/settings/security/revoke-others")
    assert member.email in str(dump())
    close(client, member.email)
    assert {name for name, rows in dump().items() if "member@example.com" in str(rows)} == set()


@pytest.mark.django_db
def test_the_last_owner_is_told_why_not(as_user, owner, admin, bakery):
    client = as_user(owner)
    answer = close(client, owner.email)
    assert answer.status_code == 422
    (sentence,) = answer.context["close_form"].non_field_errors()
    assert bakery.name in sentence
    assert sentence in answer.content.decode().replace("&#x27;", "'")
    assert User.objects.filter(pk=owner.pk).exists()
    assert not AuditEvent.objects.filter(action="accounts.closed").exists()
    assert client.get("/fr/o/bakery").status_code == 200


@pytest.mark.django_db
def test_the_name_of_the_organisation_is_shown_as_text(as_user, owner, bakery):
    Organization.objects.filter(pk=bakery.pk).update(name="<script>alert(1)</script>")
    assert "<script>alert" not in text_of(close(as_user(owner), owner.email))


@pytest.mark.django_db
def test_an_owner_beside_another_may_go(as_user, owner, bakery):
    MembershipFactory(organization=bakery, role=Role.OWNER)
    assert close(as_user(owner), owner.email).status_code == 302
    assert not User.objects.filter(pk=owner.pk).exists()


@pytest.mark.django_db
def test_the_last_owner_of_one_organisation_among_several_stays(as_user, owner, bakery):
    MembershipFactory(organization=bakery, role=Role.OWNER)
    alone = OrganizationFactory(name="Fleurs du Port")
    MembershipFactory(organization=alone, user=owner, role=Role.OWNER)
    answer = close(as_user(owner), owner.email)
    assert "Fleurs du Port" in text_of(answer)
    assert User.objects.filter(pk=owner.pk).exists()


@pytest.mark.django_db
def test_the_page_tells_the_last_owner_at_once_what_to_do_first(as_user, owner, bakery):
    second = OrganizationFactory(name="Atelier du Port", slug="atelier")
    MembershipFactory(organization=second, user=owner, role=Role.OWNER)
    shared = OrganizationFactory(name="Fleurs", slug="fleurs")
    MembershipFactory(organization=shared, user=owner, role=Role.OWNER)
    MembershipFactory(organization=shared, role=Role.OWNER)
    client = as_user(owner)
    page = text_of(client.get("/fr/settings/profile"))
    assert f'action="{CLOSE}"' not in page
    assert "propriétaire d’Atelier du Port" in page
    for link in ("/fr/o/bakery/team", "/fr/o/bakery/settings#delete", "/fr/o/atelier/team"):
        assert f'href="{link}"' in page
    assert 'href="/fr/o/fleurs/settings#delete"' not in page
    for organization in (bakery, second):
        MembershipFactory(organization=organization, role=Role.OWNER)
    assert f'action="{CLOSE}"' in text_of(client.get("/fr/settings/profile"))


@pytest.mark.django_db
def test_a_user_without_an_organisation_may_close_the_account(as_user, staff):
    assert close(as_user(staff), staff.email).status_code == 302
    assert not User.objects.exists()


@pytest.mark.django_db
def test_without_csrf_proof_nothing_is_closed(as_user, member):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = as_user(member).cookies
    assert close(strict, member.email).status_code == 403
    assert User.objects.filter(pk=member.pk).exists()


@pytest.mark.django_db
def test_the_address_is_free_again(as_user, member, settings):
    settings.AVA_SIGNUP = "open"
    close(as_user(member), member.email)
    fresh = make_link(None, email="member@example.com").secret
    assert Client().post("/fr/verify-magic-link", {"token": fresh}).status_code == 303
    again = User.objects.get(email="member@example.com")
    assert again.pk != member.pk
    assert not again.memberships.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_owners_who_close_at_once_leave_one(rounds, monkeypatch):
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *args, **options: "")
    for _ in range(rounds):
        organization = OrganizationFactory()
        owners = [MembershipFactory(organization=organization, role=Role.OWNER).user for _ in range(2)]
        gate, statuses = threading.Barrier(2), [0, 0]
        clients = [Client(raise_request_exception=False) for _ in owners]
        for client, user in zip(clients, owners, strict=True):
            client.force_login(user)

        def run(
            place: int,
            clients: list[Client] = clients,
            owners: list[User] = owners,
            gate: threading.Barrier = gate,
            statuses: list[int] = statuses,
        ) -> None:
            try:
                gate.wait(timeout=20)
                statuses[place] = close(clients[place], owners[place].email).status_code
            finally:
                connections.close_all()

        threads: list[threading.Thread] = [threading.Thread(target=run, args=(place,)) for place in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert sorted(statuses) == [302, 422]
        assert Membership.objects.filter(organization=organization, role=Role.OWNER).count() == 1


@pytest.fixture
def closes_late(monkeypatch) -> Callable[[str, User], None]:
    """Close an account after a view has read the link, and before the view calls the service."""

    def patch(target: str, user: User) -> None:
        module, _dot, name = target.rpartition(".")
        real = getattr(import_module(module), name)

        def late(*args: Any, **options: Any) -> Any:
            LoginToken.objects.filter(email=user.email).delete()
            User.objects.filter(pk=user.pk).delete()
            return real(*args, **options)

        monkeypatch.setattr(target, late)

    return patch


@pytest.mark.django_db
def test_link_whose_account_is_closed_this_instant_is_no_longer_good(member, closes_late):
    secret = make_link(member).secret
    closes_late("accounts.login.verify_views.redeem_link", member)
    assert Client().post("/fr/verify-magic-link", {"token": secret}).status_code == 410
    assert not AuthSession.objects.exists()


@pytest.mark.django_db
def test_invitation_of_an_account_that_is_closed_this_instant_is_no_longer_good(as_user, bakery, closes_late):
    user = UserFactory(email="new@example.com")
    secret = make_invitation(bakery, email=user.email)[1]
    closes_late("organizations.invitations.acceptance.accept", user)
    assert as_user(user).post("/fr/invitations/accept", {"token": secret}).status_code == 410
    assert not Membership.objects.filter(organization=bakery).exists()

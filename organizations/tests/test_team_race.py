"""Concurrent requests: an owner always remains, and a link creates one membership. Real threads, through the views."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuthSession, User
from accounts.tests.factories import UserFactory
from accounts.tests.test_redeem_race import race
from core.models import AuditEvent
from organizations.models import Invitation, Membership, Organization
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, OrganizationFactory, make_invitation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@pytest.fixture(autouse=True)
def _pages_without_words(monkeypatch):
    """Rendering each page would take long and prove nothing."""
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *args, **options: "")


def post(user: User | None, path: str, data: dict[str, Any] | None = None) -> Callable[[], int]:
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    return lambda: client.post(path, data or {}).status_code


def two_owners() -> tuple[Organization, Membership, Membership]:
    organization = OrganizationFactory()
    first, second = MembershipFactory.create_batch(2, organization=organization, role=Role.OWNER)
    return organization, first, second


def owners(organization: Organization) -> int:
    return Membership.objects.for_organization(organization).owners().count()


def test_two_owners_who_leave_at_once_leave_one(rounds):
    for _ in range(rounds):
        organization, first, second = two_owners()
        path = f"/fr/o/{organization.slug}/team/leave"
        assert race(post(first.user, path), post(second.user, path)) == [302, 302]
        assert owners(organization) == 1


def test_two_owners_who_demote_each_other_leave_one(rounds):
    for _ in range(rounds):
        organization, first, second = two_owners()
        team, data = f"/fr/o/{organization.slug}/team", {"role": "viewer"}
        statuses = race(
            post(first.user, f"{team}/{second.id}/role", data),
            post(second.user, f"{team}/{first.id}/role", data),
        )
        assert sorted(statuses) in ([302, 302], [302, 403])
        assert owners(organization) == 1


def test_two_owners_who_remove_each_other_leave_one(rounds):
    for _ in range(rounds):
        organization, first, second = two_owners()
        team = f"/fr/o/{organization.slug}/team"
        statuses = race(
            post(first.user, f"{team}/{second.id}/remove"), post(second.user, f"{team}/{first.id}/remove")
        )
        assert statuses.count(302) == 1
        assert owners(organization) == 1


def test_leaving_while_another_owner_closes_the_account_leaves_one(rounds):
    for _ in range(rounds):
        organization, first, second = two_owners()
        race(
            post(first.user, f"/fr/o/{organization.slug}/team/leave"),
            post(second.user, "/fr/settings/profile/close", {"confirmation": second.user.email}),
        )
        assert owners(organization) == 1


def test_handing_over_while_the_new_owner_closes_the_account_leaves_one(rounds):
    for _ in range(rounds):
        organization = OrganizationFactory()
        owner = MembershipFactory(organization=organization, role=Role.OWNER)
        successor = MembershipFactory(organization=organization, role=Role.ADMIN)
        team = f"/fr/o/{organization.slug}/team"
        client = Client(raise_request_exception=False)
        client.force_login(owner.user)

        def hand_over(client: Client = client, team: str = team, successor: Membership = successor) -> int:
            client.post(f"{team}/{successor.id}/role", {"role": "owner"})
            return client.post(f"{team}/leave").status_code

        race(
            hand_over,
            post(successor.user, "/fr/settings/profile/close", {"confirmation": successor.user.email}),
        )
        assert owners(organization) == 1


def test_16_threads_accept_one_invitation_and_create_one_membership(rounds):
    for number in range(rounds):
        address = f"new{number}@example.com"
        _invitation, secret = make_invitation(OrganizationFactory(), email=address)
        runners = [post(None, "/fr/invitations/accept", {"token": secret}) for _ in range(16)]
        assert Counter(race(*runners)) == {303: 1, 410: 15}
        assert Membership.objects.filter(user__email=address).count() == 1
        assert AuthSession.objects.filter(user__email=address).count() == 1


def test_two_invitations_of_one_new_user_make_one_account_and_one_session(rounds):
    for number in range(rounds):
        address = f"new{number}@example.com"
        secrets = [make_invitation(OrganizationFactory(), email=address)[1] for _ in range(2)]
        runners = [post(None, "/fr/invitations/accept", {"token": secret}) for secret in secrets]
        # The second finds an existing account: its page says so, or the link to sign in is mailed.
        assert sorted(race(*runners)) in ([200, 303], [303, 303])
        user = User.objects.get(email=address)
        assert (user.sessions.count(), Membership.objects.filter(user=user).count()) == (1, 1)
        assert AuditEvent.objects.filter(action="accounts.signed_up", subject_id=user.id).count() == 1


def test_accepting_while_it_is_withdrawn_ends_one_way(rounds):
    for number in range(rounds):
        owner = MembershipFactory(role=Role.OWNER)
        organization = owner.organization
        invitation, secret = make_invitation(organization, email=f"new{number}@example.com")
        path = f"/fr/o/{organization.slug}/team/invitations/{invitation.id}/withdraw"
        statuses = race(post(None, "/fr/invitations/accept", {"token": secret}), post(owner.user, path))
        assert statuses in ([303, 404], [410, 302])
        assert organization.memberships.count() == (2 if statuses[0] == 303 else 1)


def test_one_address_invited_by_many_at_once_is_invited_once(rounds):
    for _ in range(rounds):
        owner = MembershipFactory(role=Role.OWNER)
        path = f"/fr/o/{owner.organization.slug}/team/invite"
        data = {"email": "new@example.com", "role": "member"}
        statuses = race(*[post(owner.user, path, data) for _ in range(4)])
        assert sorted(statuses) == [302, 422, 422, 422]
        assert Invitation.objects.filter(organization=owner.organization).count() == 1


def test_inviting_while_the_account_closes_does_not_deadlock(rounds):
    for number in range(rounds):
        organization, first, _second = two_owners()
        invited = {"email": f"new{number}@example.com", "role": "member"}
        statuses = race(
            post(first.user, f"/fr/o/{organization.slug}/team/invite", invited),
            post(first.user, "/fr/settings/profile/close", {"confirmation": first.user.email}),
        )
        # The invitation comes first, or the membership (404) or the session (400 from Django) is gone.
        assert statuses[0] in {302, 404, 400}
        assert statuses[1] == 302
        assert owners(organization) == 1


def test_sending_again_while_it_is_accepted_does_not_deadlock(rounds):
    for number in range(rounds):
        owner = MembershipFactory(role=Role.OWNER)
        organization = owner.organization
        known = UserFactory(email=f"known{number}@example.com")
        invitation, secret = make_invitation(organization, email=known.email)
        statuses = race(
            post(known, "/fr/invitations/accept", {"token": secret}),
            post(owner.user, f"/fr/o/{organization.slug}/team/invitations/{invitation.id}/again"),
        )
        assert statuses in ([303, 404], [410, 302])

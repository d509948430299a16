import itertools
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone

from organizations.access import organization_view
from organizations.models import Membership, Organization
from organizations.permissions import GRANTS, Permission, Role
from organizations.tests.factories import MembershipFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

RIGHTS = {
    Role.VIEWER: {"console.view"},
    Role.MEMBER: {
        "console.view", "call.export", "call.play", "call.back", "contact.edit", "desk.act", "assistant.edit",
    },
    Role.ADMIN: {
        "console.view", "call.export", "call.play", "call.back", "call.erase", "contact.edit", "desk.act",
        "assistant.edit", "assistant.delete", "connection.manage", "budget.manage",
        "settings.manage", "audit.view", "team.manage",
    },
    Role.OWNER: {str(permission) for permission in Permission},
}  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_each_role_grants_what_the_table_says(role):
    assert {str(permission) for permission in GRANTS[role]} == RIGHTS[role]


def test_each_role_grants_all_that_the_weaker_one_grants():
    order = [GRANTS[role] for role in (Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OWNER)]
    assert all(weaker < stronger for weaker, stronger in itertools.pairwise(order))


def test_weak_role_is_refused(rf, viewer):
    request = rf.get("/fr/o/bakery")
    request.user, request.session = viewer, {}
    view = organization_view(Permission.TEAM_MANAGE)(lambda request: HttpResponse())
    with pytest.raises(PermissionDenied):
        view(request, slug="bakery")


def test_dashboard_opens_the_organisation_used_last(as_user, owner):
    MembershipFactory(user=owner, organization__slug="second", role=Role.VIEWER)
    client = as_user(owner)
    for slug in ("bakery", "second", "bakery"):
        client.get(f"/fr/o/{slug}")
        assert as_user(owner).get("/fr/dashboard").url == f"/fr/o/{slug}"


def test_organisation_used_under_a_fast_clock_does_not_stay_the_last(as_user, owner):
    fast = timezone.now() + timedelta(hours=2)
    MembershipFactory(user=owner, organization__slug="second", role=Role.VIEWER, last_used_at=fast)
    as_user(owner).get("/fr/o/bakery")
    assert as_user(owner).get("/fr/dashboard").url == "/fr/o/bakery"


def test_second_request_writes_nothing(as_user, owner, django_assert_max_num_queries):
    client = as_user(owner)
    client.get("/fr/o/bakery")
    before = Membership.objects.get(user=owner).last_used_at
    client.get("/fr/o/bakery")
    assert Membership.objects.get(user=owner).last_used_at == before


def test_user_has_one_membership_per_organisation(bakery, owner):
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(organization=bakery, user=owner)


def test_role_is_one_of_four(bakery):
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(organization=bakery, role="emperor")


def test_reads_start_at_the_user_or_the_organisation(bakery, owner, viewer, outsider):
    assert list(Organization.objects.of(owner)) == [bakery]
    assert {each.user for each in Membership.objects.for_organization(bakery)} == {owner, viewer}


@pytest.mark.parametrize(
    ("name", "initials"), [("Boulangerie Martin", "BM"), ("Ava", "A"), ("l'atelier de léa", "LL"), ("", "?")]
)
def test_initials_stand_for_a_picture(name, initials):
    assert OrganizationFactory.build(name=name).initials == initials


def test_only_owners_and_administrators_run_an_open_set_up(bakery):
    opened = OrganizationFactory(setup_completed_at=None)
    assert [MembershipFactory(organization=opened, role=role).runs_setup for role in Role] == [
        True,
        True,
        False,
        False,
    ]
    assert not MembershipFactory(organization=bakery, role=Role.OWNER).runs_setup

import pytest

from accounts.models import User
from accounts.tests.test_admin import act
from accounts.tests.test_admin import change as change_user
from organizations.models import Membership
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, make_invitation

pytestmark = pytest.mark.django_db


def change(client, organization, **roles: str):
    """Post the organisation's admin page with a role per member; an empty role removes the member."""
    memberships = list(organization.memberships.order_by("created_at"))
    data = {
        "name": organization.name, "slug": organization.slug, "timezone": organization.timezone,
        "locale": organization.locale, "transcript_days": 365, "recording_days": 90,
        "setup_completed_at_0": "", "setup_completed_at_1": "",
        "memberships-TOTAL_FORMS": len(memberships), "memberships-INITIAL_FORMS": len(memberships),
    }  # fmt: skip
    for number, membership in enumerate(memberships):
        prefix = f"memberships-{number}"
        role = roles[membership.user.email.split("@")[0]]
        data |= {
            f"{prefix}-id": membership.id,
            f"{prefix}-organization": organization.id,
            f"{prefix}-user": membership.user_id,
        }
        data[f"{prefix}-role"] = role or membership.role
        if not role:
            data[f"{prefix}-DELETE"] = "on"
    return client.post(f"/admin/organizations/organization/{organization.id}/change/", data)


def test_operator_changes_roles(as_user, staff, bakery, owner, member):
    assert change(as_user(staff), bakery, owner="admin", member="owner").status_code == 302
    assert Membership.objects.get(user=member).role == Role.OWNER


@pytest.mark.parametrize("role", ["admin", ""])
def test_operator_leaves_no_organisation_without_an_owner(as_user, staff, bakery, owner, member, role):
    assert change(as_user(staff), bakery, owner=role, member="member").status_code == 200
    assert Membership.objects.get(user=owner).role == Role.OWNER


@pytest.mark.parametrize("name", ["membership", "invitation"])
def test_rows_can_be_looked_at_and_not_typed_into(as_user, staff, bakery, owner, name):
    make_invitation(bakery, invited_by=owner)
    client = as_user(staff)
    page = client.get(f"/admin/organizations/{name}/", {"q": "bakery"})
    assert page.status_code == 200
    assert client.get(f"/admin/organizations/{name}/add/").status_code == 403


@pytest.mark.slow
def test_lists_cost_the_same_with_one_and_with_twenty(as_user, staff, bakery, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(staff)
    for name in ("membership", "invitation", "organization"):
        counts = []
        for size in (1, 19):
            for number in range(size):
                MembershipFactory(organization=bakery)
                make_invitation(bakery, email=f"{name}{size}-{number}@example.com")
            client.get(f"/admin/organizations/{name}/")
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/admin/organizations/{name}/")
            counts.append(len(queries))
        assert counts[0] == counts[1]
    for size in (1, 19):
        for _number in range(size):
            MembershipFactory()
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/accounts/user/")
        counts.append(len(queries))
    assert counts[-1] == counts[-2]


def test_a_deactivated_owner_does_not_count(as_user, staff, bakery, owner, member):
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert change(as_user(staff), bakery, owner="admin", member="owner").status_code == 200
    assert Membership.objects.get(user=owner).role == Role.OWNER


@pytest.mark.parametrize("way", ["action", "form"])
def test_the_last_active_owner_of_an_organisation_stays(as_user, staff, owner, admin, bakery, way):
    desk = as_user(staff)

    def deactivate():
        if way == "action":
            return act(desk, "deactivate", owner).content.decode()
        return change_user(desk, owner, is_active=False).content.decode()

    page = deactivate()
    owner.refresh_from_db()
    assert owner.is_active
    assert owner.email in page
    assert "Boulangerie Martin" in page
    Membership.objects.filter(user=admin).update(role=Role.OWNER)
    deactivate()
    owner.refresh_from_db()
    assert not owner.is_active


def test_users_are_listed_with_their_organisations_and_roles(as_user, staff, owner, bakery):
    MembershipFactory(user=owner, organization__name="Fleurs <b>", role=Role.VIEWER)
    page = as_user(staff).get("/admin/accounts/user/", {"q": owner.email}).content.decode()
    assert "<bdi>Boulangerie Martin</bdi> (Propriétaire)" in page
    assert "<bdi>Fleurs &lt;b&gt;</bdi> (Lecture seule)" in page


def test_organisations_are_listed_with_their_number_of_members(
    as_user, staff, owner, admin, bakery, outsider
):
    listed = as_user(staff).get("/admin/organizations/organization/").context["cl"].result_list
    assert {row.slug: row.member_count for row in listed} == {"bakery": 2, "florist": 1}

import re

import pytest

from core.models import AuditEvent
from organizations.models import Membership
from organizations.permissions import Role, reach
from organizations.tests.factories import MembershipFactory, make_invitation

pytestmark = pytest.mark.django_db

TEAM = "/fr/o/bakery/team"
ALL = {Role.OWNER, Role.ADMIN, Role.MEMBER, Role.VIEWER}
REACH = {Role.OWNER: ALL, Role.ADMIN: {Role.MEMBER, Role.VIEWER}, Role.MEMBER: set(), Role.VIEWER: set()}


def membership_of(user) -> Membership:
    return Membership.objects.get(user=user, organization__slug="bakery")


def give(client, target, role):
    return client.post(f"{TEAM}/{membership_of(target).id}/role", {"role": role, "confirmed": "1"})


@pytest.mark.parametrize("role", Role)
def test_reach_is_what_lies_below(role):
    assert set(reach(role)) == REACH[role]


@pytest.mark.variants
@pytest.mark.parametrize("actor", Role)
@pytest.mark.parametrize("before", Role)
@pytest.mark.parametrize("after", Role)
def test_roles_change_within_the_actors_reach(request, as_user, bakery, actor, before, after):
    person = request.getfixturevalue(actor.value)
    target = MembershipFactory(organization=bakery, role=before)
    MembershipFactory(organization=bakery, role=Role.OWNER)
    response = as_user(person).post(f"{TEAM}/{target.id}/role", {"role": after.value, "confirmed": "1"})
    allowed = {before, after} <= REACH[actor]
    assert response.status_code == (302 if allowed else 403)
    target.refresh_from_db()
    assert target.role == (after if allowed else before)
    assert AuditEvent.objects.filter(action="organizations.role_changed").exists() == (
        allowed and before != after
    )


@pytest.mark.variants
@pytest.mark.parametrize("actor", Role)
@pytest.mark.parametrize("role", Role)
def test_members_are_removed_within_the_actors_reach(request, as_user, bakery, actor, role):
    person = request.getfixturevalue(actor.value)
    target = MembershipFactory(organization=bakery, role=role)
    MembershipFactory(organization=bakery, role=Role.OWNER)
    client = as_user(person)
    allowed = role in REACH[actor]
    assert client.get(f"{TEAM}/{target.id}/remove").status_code == (200 if allowed else 403)
    assert client.post(f"{TEAM}/{target.id}/remove").status_code == (302 if allowed else 403)
    assert Membership.objects.filter(id=target.id).exists() != allowed


def test_change_of_role_is_recorded(as_user, owner, member):
    give(as_user(owner), member, "admin")
    event = AuditEvent.objects.get(action="organizations.role_changed")
    assert (event.actor_id, event.subject_id) == (owner.id, member.id)
    assert event.data == {"role": "admin", "before": "member"}


def test_confirmation_page_removes_no_member(as_user, owner, member):
    assert member.email in as_user(owner).get(f"{TEAM}/{membership_of(member).id}/remove").content.decode()
    assert member.memberships.exists()


def test_removed_member_is_out_at_the_next_request(as_user, owner, member):
    client = as_user(member)
    assert client.get("/fr/o/bakery").status_code == 200
    as_user(owner).post(f"{TEAM}/{membership_of(member).id}/remove")
    for path in ("/fr/o/bakery", TEAM):
        assert client.get(path).status_code == 404


def test_demoted_member_loses_the_right_at_the_next_request(as_user, owner, admin):
    client = as_user(admin)
    assert client.get("/fr/o/bakery/settings").status_code == 200
    give(as_user(owner), admin, "viewer")
    assert client.get("/fr/o/bakery/settings").status_code == 403


@pytest.mark.parametrize("role", ["", "king", "OWNER", "x" * 5000])
def test_unknown_role_is_refused(as_user, owner, member, role):
    assert give(as_user(owner), member, role).status_code == 400
    assert membership_of(member).role == Role.MEMBER


def test_another_organisations_member_is_not_there(as_user, owner, outsider):
    foreign = outsider.memberships.get()
    client = as_user(owner)
    assert client.post(f"{TEAM}/{foreign.id}/role", {"role": "viewer"}).status_code == 404
    for method in (client.get, client.post):
        assert method(f"{TEAM}/{foreign.id}/remove").status_code == 404
    assert outsider.memberships.get().role == Role.OWNER


def test_last_owner_cannot_be_demoted(as_user, owner, admin):
    assert give(as_user(owner), owner, "member").status_code == 302
    assert membership_of(owner).role == Role.OWNER
    assert not AuditEvent.objects.filter(action="organizations.role_changed").exists()


def test_making_an_owner_asks_first(as_user, owner, member):
    client, path = as_user(owner), f"{TEAM}/{membership_of(member).id}/role"
    assert f'href="{path}?role=owner"' in client.get(TEAM).content.decode()
    asked = client.post(path, {"role": "owner"})
    assert (asked.status_code, asked.url) == (302, f"{path}?role=owner")
    assert membership_of(member).role == Role.MEMBER
    page = client.get(asked.url)
    assert page.status_code == 200
    assert "supprimer l’organisation" in page.content.decode()
    assert re.search(r'name="role" value="owner"', page.content.decode())
    give(client, member, "owner")
    assert membership_of(member).role == Role.OWNER


def test_giving_up_the_own_role_asks_first(as_user, owner, bakery):
    MembershipFactory(organization=bakery, role=Role.OWNER)
    client, path = as_user(owner), f"{TEAM}/{membership_of(owner).id}/role"
    asked = client.post(path, {"role": "member"})
    assert asked.url == f"{path}?role=member"
    assert client.get(asked.url).status_code == 200
    assert membership_of(owner).role == Role.OWNER


@pytest.mark.parametrize("role", ["admin", "viewer"])
def test_a_change_that_the_actor_can_take_back_is_made_at_once(as_user, owner, member, role):
    client, path = as_user(owner), f"{TEAM}/{membership_of(member).id}/role"
    client.post(path, {"role": role})
    assert membership_of(member).role == role


@pytest.mark.parametrize(("query", "status"), [("", 403), ("?role=x", 403), ("?role=admin", 302)])
def test_there_is_nothing_to_ask_about_other_roles(as_user, owner, member, query, status):
    response = as_user(owner).get(f"{TEAM}/{membership_of(member).id}/role{query}")
    assert response.status_code == status


def test_admin_is_not_asked_about_an_owner(as_user, admin, member):
    path = f"{TEAM}/{membership_of(member).id}/role?role=owner"
    assert as_user(admin).get(path).status_code == 403


def test_only_owner_is_told_at_once_what_to_do_first(as_user, owner, bakery):
    page = as_user(owner).get(f"{TEAM}/leave").content.decode()
    assert "unique propriétaire" in page
    assert 'href="/fr/o/bakery/settings#delete"' in page
    assert 'class="row" method="post"' not in page
    MembershipFactory(organization=bakery, role=Role.OWNER)
    page = as_user(owner).get(f"{TEAM}/leave").content.decode()
    assert 'class="row" method="post"' in page
    assert "unique propriétaire" not in page


def test_last_owner_cannot_leave(as_user, owner, admin):
    response = as_user(owner).post(f"{TEAM}/leave", follow=True)
    assert 'data-tone="bad"' in response.content.decode()
    assert owner.memberships.exists()


def test_deactivated_owner_does_not_count(as_user, owner, bakery):
    MembershipFactory(organization=bakery, role=Role.OWNER, user__is_active=False)
    as_user(owner).post(f"{TEAM}/leave")
    assert owner.memberships.exists()


def test_owner_may_leave_another_behind(as_user, owner, bakery):
    other = MembershipFactory(organization=bakery, role=Role.OWNER)
    response = as_user(owner).post(f"{TEAM}/leave")
    assert (response.status_code, response.url) == (302, "/fr/home")
    assert list(bakery.memberships.all()) == [other]
    assert AuditEvent.objects.get(action="organizations.member_left").actor_id == owner.id


def test_owner_may_step_down_after_another(as_user, owner, admin):
    client = as_user(owner)
    give(client, admin, "owner")
    give(client, owner, "member")
    assert (membership_of(admin).role, membership_of(owner).role) == (Role.OWNER, Role.MEMBER)


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
def test_every_other_role_may_leave(request, as_user, owner, role):
    person = request.getfixturevalue(role)
    client = as_user(person)
    assert client.get(f"{TEAM}/leave").status_code == 200
    assert client.post(f"{TEAM}/leave").status_code == 302
    assert not person.memberships.exists()


def test_removing_the_own_membership_is_leaving(as_user, owner):
    response = as_user(owner).post(f"{TEAM}/{membership_of(owner).id}/remove")
    assert (response.status_code, response.url) == (302, f"{TEAM}/leave")
    assert owner.memberships.exists()


@pytest.mark.parametrize("role", ["member", "viewer"])
def test_without_the_permission_the_page_shows_members_and_no_controls(request, as_user, owner, bakery, role):
    make_invitation(bakery)
    page = as_user(request.getfixturevalue(role)).get(TEAM).content.decode()
    assert owner.email in page
    for hidden in ("new@example.com", "/team/invite", "/role", "/remove", 'name="email"'):
        assert hidden not in page


def test_admin_sees_controls_only_where_they_reach(as_user, owner, admin, member, bakery):
    other_admin = MembershipFactory(organization=bakery, role=Role.ADMIN)
    page = as_user(admin).get(TEAM).content.decode()
    assert f"{membership_of(member).id}/remove" in page
    for out_of_reach in (membership_of(owner), other_admin, membership_of(admin)):
        assert f"{out_of_reach.id}/remove" not in page
    assert 'value="owner"' not in page


def test_navigation_shows_what_the_user_may_open(as_user, owner, viewer):
    pages = {person: as_user(person).get("/fr/o/bakery").content.decode() for person in (owner, viewer)}
    for path, who in [("team", (owner, viewer)), ("settings", (owner,)), ("audit", (owner,))]:
        shown = {person for person, page in pages.items() if f'href="/fr/o/bakery/{path}"' in page}
        assert shown == set(who)


def test_phone_bar_has_five_links_at_most(as_user, owner):
    page = as_user(owner).get("/fr/o/bakery").content.decode()
    bar = page[page.index('<nav class="tabbar"') :]
    assert bar[: bar.index("</nav>")].count('class="nav-item"') <= 5
    more = page[page.index('id="menu-more"') :]
    assert 'href="/fr/o/bakery/settings"' in more[: more.index("</nav>")]


def test_switcher_lists_only_the_users_organisations(as_user, owner, outsider):
    second = MembershipFactory(user=owner, role=Role.VIEWER)
    page = as_user(owner).get("/fr/o/bakery").content.decode()
    menu = page[page.index('id="menu-organization"') :]
    menu = menu[: menu.index("</nav>")]
    assert menu.count("<a ") == 2
    assert f'href="/fr/o/{second.organization.slug}"' in menu
    assert "florist" not in menu


def test_owner_beside_another_is_offered_to_step_down(as_user, bakery, owner):
    offer = f'href="{TEAM}/{membership_of(owner).id}/role?role=admin"'
    assert offer not in as_user(owner).get(TEAM).content.decode()
    MembershipFactory(organization=bakery, role=Role.OWNER)
    assert offer in as_user(owner).get(TEAM).content.decode()
    assert as_user(owner).get(f"{TEAM}/{membership_of(owner).id}/role?role=admin").status_code == 200

"""Random sequences of changes to a team: an owner always remains, and no member raises their own role."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.profile.closure import ClosingRefusedError, account_closing
from organizations.locks import LastOwnerError
from organizations.models import Membership
from organizations.permissions import LADDER, Role
from organizations.team import services
from organizations.tests.factories import MembershipFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

MEMBERS = 4
REFUSALS = (PermissionDenied, Http404, LastOwnerError, ClosingRefusedError)
members = st.integers(0, MEMBERS - 1)
steps = st.one_of(
    st.tuples(st.just("role"), members, members, st.sampled_from(Role)),
    st.tuples(st.just("remove"), members, members),
    st.tuples(st.just("leave"), members),
    st.tuples(st.just("close"), members),
    st.tuples(st.just("join"), members, st.sampled_from(Role)),
)


class Play:
    """A team and its members' attempts to change it."""

    def __init__(self, roles: list[Role]) -> None:
        self.organization = OrganizationFactory()
        self.memberships = [MembershipFactory(organization=self.organization, role=role) for role in roles]
        self.request = RequestFactory().post("/")

    def do(self, verb: str, who: int, *rest: Any) -> None:
        actor = self.memberships[who]
        self.request.user = actor.user
        if verb == "role":
            services.change_role(actor=actor, member_id=self.memberships[rest[0]].id, role=rest[1])
        elif verb == "remove":
            services.remove_member(actor=actor, member_id=self.memberships[rest[0]].id)
        elif verb == "leave":
            services.leave_organization(actor=actor)
        elif verb == "close":
            account_closing.send(sender=User, user=actor.user)
            Membership.objects.filter(user=actor.user).delete()
        elif not Membership.objects.filter(id=actor.id).exists():
            self.memberships[who] = MembershipFactory(
                organization=self.organization, role=rest[0], user=actor.user
            )

    def roles(self) -> dict[Any, str]:
        return dict(Membership.objects.for_organization(self.organization).values_list("user_id", "role"))


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    roles=st.lists(st.sampled_from(Role), min_size=MEMBERS - 1, max_size=MEMBERS - 1),
    moves=st.lists(steps, max_size=12),
)
def test_no_sequence_of_changes_removes_the_last_owner(db, roles, moves):
    play = Play([Role.OWNER, *roles])
    for verb, who, *rest in moves:
        before = play.roles()
        try:
            play.do(verb, who, *rest)
        except REFUSALS:
            assert play.roles() == before
        after = play.roles()
        assert Role.OWNER in after.values()
        actor = play.memberships[who].user_id
        if verb != "join" and actor in before and actor in after:
            rank = [LADDER.index(Role(role[actor])) for role in (before, after)]
            assert rank[1] <= rank[0]

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import make_link
from assistants.tests.factories import AssistantFactory
from calls.demo.services import add_demo_calls
from connections.tests.factories import TwilioConnectionFactory, VapiConnectionFactory
from core.audit.services import record_event
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, make_invitation
from sandbox.calls.services import place_call
from sandbox.models import Assistant, Call

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.walk]


def queries_of(client, path) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("path", ["/fr/", "/fr/auth", "/health", "/robots.txt"])
def test_open_page_asks_the_database_nothing(client, path):
    assert queries_of(client, path) == 0


def test_verify_page_asks_once(client, owner):
    assert queries_of(client, f"/fr/verify-magic-link?token={make_link(owner).secret}") == 1


@pytest.mark.parametrize(
    "path",
    [
        "/fr/o/bakery",
        "/fr/o/bakery/team",
        "/fr/o/bakery/settings",
        "/fr/o/bakery/audit",
        "/fr/o/bakery/connections",
        "/fr/settings/profile",
        "/fr/settings/security",
        "/admin/organizations/organization/",
    ],
)
def test_twenty_memberships_cost_no_more_than_one(as_user, owner, path):
    owner.is_staff = owner.is_superuser = True
    owner.save()
    client = as_user(owner)
    with_one = queries_of(client, path)
    MembershipFactory.create_batch(19, user=owner, role=Role.ADMIN)
    assert queries_of(client, path) == with_one


@pytest.mark.parametrize("path", ["", "/team", "/team/leave", "/settings", "/audit", "/connections"])
def test_twenty_colleagues_and_invitations_cost_no_more_than_one(as_user, owner, bakery, path):
    client = as_user(owner)
    make_invitation(bakery, invited_by=owner)
    record_event("organizations.joined", actor=owner, organization_id=bakery.id, role="owner")
    with_one = queries_of(client, f"/fr/o/bakery{path}")
    for place in MembershipFactory.create_batch(19, organization=bakery):
        make_invitation(bakery, email=f"new-{place.user.email}", invited_by=place.user)
        record_event("organizations.joined", actor=place.user, organization_id=bakery.id, role="member")
    assert queries_of(client, f"/fr/o/bakery{path}") == with_one


def test_twenty_sign_ins_cost_no_more_than_one(as_user, owner):
    client = as_user(owner)
    with_one = queries_of(client, "/fr/settings/security")
    for _ in range(19):
        as_user(owner)
    assert queries_of(client, "/fr/settings/security") == with_one


@pytest.mark.parametrize("path", ["", "/new", "/{id}", "/{id}/edit", "/{id}/preview", "/{id}/delete"])
def test_twenty_assistants_cost_no_more_than_one(as_user, owner, bakery, path):
    client = as_user(owner)
    path = f"/fr/o/bakery/assistants{path.format(id=AssistantFactory(organization=bakery).id)}"
    with_one = queries_of(client, path)
    AssistantFactory.create_batch(19, organization=bakery)
    assert queries_of(client, path) == with_one
    assert with_one <= 7


def test_overview_before_the_first_call_asks_twelve_things(as_user, owner):
    """Person, places, sums (four), connections, assistants, who answers, facts, who else is there, the desk."""
    assert queries_of(as_user(owner), "/fr/o/bakery") <= 12


def test_overview_of_many_calls_asks_twelve_things(as_user, owner, bakery):
    """Person, places, sums (four), connections, who answers, assistants, newest calls, budgets, the desk."""
    VapiConnectionFactory(organization=bakery)
    TwilioConnectionFactory(organization=bakery)
    AssistantFactory.create_batch(3, organization=bakery)
    add_demo_calls(bakery, count=100, days=40, seed=1)
    assert queries_of(as_user(owner), "/fr/o/bakery") <= 12


def test_twenty_assistants_and_calls_in_the_sandbox_cost_no_more_than_one(as_user, owner):
    client = as_user(owner)

    def make_a_call() -> None:
        server = {"url": "https://example.com"}
        assistant = Assistant.objects.create(key="vapi-sandbox-key", body={"server": server})
        place_call(assistant=assistant, kind=Call.Kind.INBOUND, customer={}, is_over=True)

    make_a_call()
    with_one = queries_of(client, "/fr/sandbox")
    for _ in range(19):
        make_a_call()
    assert queries_of(client, "/fr/sandbox") == with_one

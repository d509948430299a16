"""The banner about connections: its text, its readers and its number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from connections.models import TwilioConnection, VapiConnection
from connections.problems import Problem
from connections.tests.factories import TwilioConnectionFactory, VapiConnectionFactory
from connections.tests.wire import told

pytestmark = pytest.mark.django_db

TITLE = "Une connexion demande votre attention"
SANDBOX = "mode d’essai"
CONSOLE = ["/fr/o/bakery", "/fr/o/bakery/team", "/fr/settings/profile", "/fr/settings/security"]


@pytest.fixture
def failing(vapi):
    VapiConnection.objects.update(state="failing", problem="vapi_key", failing_since=vapi.connected_at)
    return VapiConnection.objects.get()


@pytest.mark.parametrize("path", CONSOLE)
def test_failure_is_shown_once_on_every_page(as_user, owner, failing, path):
    page = as_user(owner).get(path).content.decode()
    assert page.count(TITLE) == 1
    assert told(Problem.VAPI_KEY, "vapi") in page


@pytest.mark.parametrize(
    ("role", "may"), [("owner", True), ("admin", True), ("member", False), ("viewer", False)]
)
def test_members_who_may_repair_get_a_link_and_others_a_sentence(request, as_user, failing, role, may):
    page = as_user(request.getfixturevalue(role)).get("/fr/o/bakery/team").content.decode()
    assert ("/fr/o/bakery/connections" in page.partition(TITLE)[2].partition("</main>")[0]) == may
    assert ("peut y remédier" in page) != may


def test_unanswered_number_is_shown(as_user, owner, vapi, twilio):
    TwilioConnection.objects.update(number_state="out_of_step", number_problem="number_taken")
    page = as_user(owner).get("/fr/o/bakery/team").content.decode()
    assert page.count(TITLE) == 1
    assert told(Problem.NUMBER_TAKEN, "vapi") in page


def test_connections_page_has_no_banner(as_user, owner, failing):
    page = as_user(owner).get("/fr/o/bakery/connections").content.decode()
    assert TITLE not in page
    assert told(Problem.VAPI_KEY, "vapi") in page


@pytest.mark.parametrize("path", CONSOLE)
def test_working_connections_have_no_banner(as_user, owner, vapi, twilio, path):
    page = as_user(owner).get(path).content.decode()
    assert TITLE not in page
    assert SANDBOX not in page


def test_failure_is_not_shown_to_other_organisations(as_user, outsider, failing):
    assert TITLE not in as_user(outsider).get("/fr/o/florist").content.decode()


@pytest.mark.parametrize(
    "connect",
    [
        lambda bakery: VapiConnectionFactory(organization=bakery, region="sandbox"),
        lambda bakery: TwilioConnectionFactory(organization=bakery, endpoint="sandbox"),
    ],
    ids=["vapi", "twilio"],
)
def test_sandbox_is_mentioned_on_every_page(as_user, viewer, bakery, connect):
    connect(bakery)
    page = as_user(viewer).get("/fr/o/bakery/team").content.decode()
    assert page.count("aucun appel réel") == 1


def test_user_without_a_membership_sees_the_page(as_user, viewer):
    viewer.memberships.all().delete()
    assert as_user(viewer).get("/fr/settings/profile").status_code == 200


@pytest.mark.variants
@pytest.mark.parametrize("path", [*CONSOLE, "/fr/o/bakery/connections"])
def test_banner_costs_one_query_at_most(as_user, owner, failing, twilio, path):
    client = as_user(owner)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    asked = [query["sql"] for query in queries if "connections_vapiconnection" in query["sql"]]
    assert len(asked) == 1

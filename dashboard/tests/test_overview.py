import re

import pytest

from accounts.tests.helpers import text_of
from assistants.models import Line
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory
from connections.enums import NumberState
from connections.models import TwilioConnection, VapiConnection
from connections.tests.factories import TwilioConnectionFactory, VapiConnectionFactory
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, OrganizationFactory, answer_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_line(bakery):
    """Both accounts are connected, and the assistant Léa answers."""
    VapiConnectionFactory(organization=bakery)
    TwilioConnectionFactory(organization=bakery, number_state=NumberState.IN_STEP, vapi_number_id="n1")
    assistant = AssistantFactory(organization=bakery, name="Léa", answers_calls=True)
    Line.objects.create(organization=bakery, sync_state=SyncState.IN_STEP)
    return assistant


def test_dashboard_is_the_organisations_page(as_user, viewer):
    assert as_user(viewer).get("/fr/dashboard").url == "/fr/o/bakery"


def test_open_set_up_is_told_with_the_way_to_go_on(as_user, newcomer):
    assert 'href="/fr/onboarding"' in text_of(as_user(newcomer).get("/fr/o/ava"))


def test_user_who_may_do_no_step_is_shown_none(as_user, viewer, member):
    assert "To get started" not in text_of(as_user(viewer).get("/en/o/bakery"))
    assert "To get started" in text_of(as_user(member).get("/en/o/bakery"))


def test_user_who_may_not_connect_is_told_who_does(as_user, viewer):
    page = text_of(as_user(viewer).get("/en/o/bakery"))
    assert "An owner or an administrator of your organisation can see to it." in page
    assert 'href="/en/o/bakery/connections' not in page
    assert 'href="/en/o/bakery/assistants/new"' not in page


def test_what_is_missing_leads_to_where_it_is_done(as_user, owner):
    page = text_of(as_user(owner).get("/en/o/bakery"))
    for path in ("connections/vapi", "connections/twilio", "assistants/new", "facts", "team"):
        assert f'class="list__link" href="/en/o/bakery/{path}"' in page
    assert "0 of 5" in page


def test_what_is_done_is_counted_and_leads_nowhere(as_user, owner, bakery):
    VapiConnectionFactory(organization=bakery)
    MembershipFactory(organization=bakery)
    page = text_of(as_user(owner).get("/en/o/bakery"))
    assert "2 of 5" in page
    assert 'class="list__link" href="/en/o/bakery/connections/vapi"' not in page


def test_trial_suggests_the_real_accounts(as_user, owner, bakery):
    VapiConnectionFactory(organization=bakery, region="sandbox")
    TwilioConnectionFactory(organization=bakery, endpoint="sandbox")
    page = text_of(as_user(owner).get("/en/o/bakery"))
    assert "Connect your real accounts" in page
    assert 'class="list__link" href="/en/o/bakery/connections"' in page
    assert "0 of 4" in page
    assert (
        page.index("Create a first assistant")
        < page.index("Do this next")
        < page.index("Answer what callers")
    )
    assert page.index("Answer what callers") < page.index("Connect your real accounts")


def test_trial_says_that_calls_are_played(as_user, owner, bakery, open_line):
    VapiConnection.objects.update(region="sandbox")
    TwilioConnection.objects.update(endpoint="sandbox")
    page = text_of(as_user(owner).get("/en/o/bakery"))
    assert "answers the simulated calls" in page
    assert "answers your number" not in page


def test_open_line_says_who_answers_and_at_which_number(as_user, owner, open_line):
    page = text_of(as_user(owner).get("/en/o/bakery"))
    assert '<bdi>Léa</bdi> answers <bdi dir="ltr">+33 9 39 03 55 01</bdi>.' in page
    assert "+33939035501" not in page
    assert f'href="/en/o/bakery/assistants/{open_line.id}/preview"' in page


def test_list_of_what_to_do_goes_once_all_is_done(as_user, owner, bakery, open_line):
    assert "To get started" in text_of(as_user(owner).get("/en/o/bakery"))
    MembershipFactory(organization=bakery)
    answer_all(bakery)
    assert "To get started" not in text_of(as_user(owner).get("/en/o/bakery"))


def test_four_assistants_are_shown_and_the_rest_is_a_click_away(as_user, owner, bakery):
    AssistantFactory.create_batch(4, organization=bakery)
    assert "See all" not in text_of(as_user(owner).get("/en/o/bakery"))
    AssistantFactory(organization=bakery, name="Hugo")
    page = text_of(as_user(owner).get("/en/o/bakery"))
    assert "See all" in page
    assert "Hugo" in page


def test_nothing_of_another_organisation_shows(as_user, owner, outsider):
    stranger = outsider.memberships.get().organization
    AssistantFactory(organization=stranger, name="Espionne", answers_calls=True)
    TwilioConnectionFactory(organization=stranger, phone_number="+33939035502")
    page = text_of(as_user(owner).get("/fr/o/bakery"))
    assert "Espionne" not in page
    assert "+33939035502" not in page


def test_page_greets_by_first_name_and_says_the_role(as_user, viewer):
    page = text_of(as_user(viewer).get("/en/o/bakery"))
    assert "Camille" in page
    assert "Read only" in page


def test_page_names_no_organisation_of_others(as_user, viewer, outsider):
    OrganizationFactory(name="Fleurs Secrètes")
    assert "Fleurs Secrètes" not in text_of(as_user(viewer).get("/fr/o/bakery"))


def test_user_of_two_organisations_can_switch(as_user, owner):
    MembershipFactory(
        user=owner, organization__slug="second", organization__name="Le Deuxième", role=Role.MEMBER
    )
    page = text_of(as_user(owner).get("/fr/o/bakery"))
    assert "Le Deuxième" in page
    assert 'href="/fr/o/second"' in page


def test_user_without_a_name_is_greeted_by_a_whole_sentence(as_user, bakery):
    nameless = MembershipFactory(organization=bakery, user__name="").user
    page = text_of(as_user(nameless).get("/en/o/bakery"))
    assert re.search(r"<h1>\s*Good to see you\s*</h1>", page)

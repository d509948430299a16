"""The onboarding steps of Vapi and Twilio, against the sandbox."""

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.helpers import text_of
from connections.enums import NumberState
from connections.models import TwilioConnection, VapiConnection
from connections.tests.factories import TwilioConnectionFactory, VapiConnectionFactory
from core.models import AuditEvent
from onboarding import steps
from onboarding.steps import State
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

VAPI = "/fr/onboarding/vapi"
TWILIO = "/fr/onboarding/twilio"
YOURS = "+33612345678"


@pytest.fixture
def connected(sandbox, browser, works):
    assert browser.post(VAPI, works).url == VAPI
    assert browser.post(TWILIO, works).url == TWILIO


def test_accepted_key_is_stored_and_shown_by_its_last_characters(sandbox, browser, ava, works):
    assert browser.post(VAPI, works).url == VAPI
    kept = VapiConnection.objects.get(organization=ava)
    assert (kept.region, kept.secret) == ("sandbox", works["private_key"])
    page = text_of(browser.get(VAPI))
    assert f"••{works['private_key'][-4:]}" in page
    assert works["private_key"] not in page
    assert 'href="/fr/onboarding/twilio"' in page
    assert steps.states_of(ava)["vapi"] == State.DONE


def test_accepted_account_and_number_are_stored(sandbox, browser, ava, works):
    assert browser.post(TWILIO, works).url == TWILIO
    kept = TwilioConnection.objects.get(organization=ava)
    assert (kept.number, kept.secret) == (django_settings.SANDBOX_PHONE_NUMBER, works["auth_token"])
    page = text_of(browser.get(TWILIO))
    assert "+33 9 39 03 55 01" in page
    assert works["auth_token"] not in page


@pytest.mark.parametrize("path", [VAPI, TWILIO])
def test_sandbox_is_offered_and_fills_in_its_credentials(sandbox, browser, ava, works, path):
    assert 'href="?sandbox=1"' in text_of(browser.get(path))
    form = browser.get(f"{path}?sandbox=1").context["form"]
    filled = {name: form[name].value() for name in form.fields}
    assert filled == {name: works[name] for name in form.fields}
    assert browser.post(path, filled).status_code == 302


@pytest.mark.parametrize("path", [VAPI, TWILIO])
def test_sandbox_is_offered_only_where_it_is_on(browser, settings, path):
    settings.AVA_SANDBOX = False
    page = text_of(browser.get(f"{path}?sandbox=1"))
    assert "?sandbox=1" not in page.partition("<main")[2].partition("</main>")[0]
    assert django_settings.SANDBOX_VAPI_KEY not in page
    assert django_settings.SANDBOX_TWILIO_TOKEN not in page
    assert 'value="sandbox"' not in page


def test_replacing_starts_with_stored_values_and_no_secret(browser, ava):
    kept = TwilioConnectionFactory(organization=ava)
    answer = browser.get(f"{TWILIO}?replace=1")
    form = answer.context["form"]
    assert form["account_sid"].value() == kept.account_sid
    assert form["phone_number"].value() == "+33 9 39 03 55 01"
    assert kept.secret not in text_of(answer)


def test_real_account_replaces_the_sandbox_from_an_empty_form(connected, browser, works):
    form = browser.get(f"{TWILIO}?replace=1").context["form"]
    assert (form["endpoint"].value(), form["account_sid"].value()) == ("live", None)
    assert browser.get(f"{VAPI}?replace=1").context["form"]["region"].value() == "us"
    page = text_of(browser.get(VAPI))
    assert "Mode d’essai" in page
    assert 'href="?replace=1"' in page


def test_real_account_of_one_provider_leads_on_to_that_of_the_other(connected, browser, ava):
    VapiConnection.objects.filter(organization=ava).update(region="eu")
    assert f'href="{TWILIO}?replace=1"' in text_of(browser.get(VAPI))


def test_secrets_are_never_shown_again(connected, browser, works):
    for path in (VAPI, TWILIO, f"{VAPI}?replace=1", f"{TWILIO}?replace=1"):
        page = text_of(browser.get(path))
        assert works["private_key"] not in page
        assert works["auth_token"] not in page
    assert f"••{works['auth_token'][-4:]}" in text_of(browser.get(TWILIO))


def test_another_key_replaces_the_first_only_if_it_is_accepted(connected, browser, ava, works):
    wrong = works | {"private_key": "vapi-wrong-key-0000"}
    assert browser.post(f"{VAPI}?replace=1", wrong).status_code == 422
    assert VapiConnection.objects.get().secret == works["private_key"]
    right = works | {"private_key": f"{django_settings.SANDBOX_VAPI_KEY}-other"}
    assert browser.post(f"{VAPI}?replace=1", right).url == VAPI
    assert VapiConnection.objects.get().key_hint == "ther"


def test_empty_token_keeps_the_stored_one(connected, browser, works):
    assert browser.post(f"{TWILIO}?replace=1", works | {"auth_token": ""}).url == TWILIO
    assert TwilioConnection.objects.get().secret == works["auth_token"]


def test_number_is_imported_in_the_background_and_the_page_shows_the_state(connected, browser, run_tasks):
    page = text_of(browser.get(TWILIO))
    assert "Vapi prend votre numéro en charge" in page
    assert 'hx-get="/fr/onboarding/twilio"' in page
    run_tasks()
    page = text_of(browser.get(TWILIO))
    assert "Vapi a votre numéro" in page
    assert "hx-get" not in page


def test_number_without_vapi_waits_and_does_not_poll(sandbox, browser, works, run_tasks):
    browser.post(TWILIO, works)
    run_tasks()
    page = text_of(browser.get(TWILIO))
    assert "Votre numéro attend Vapi" in page
    assert "hx-get" not in page
    browser.post(VAPI, works)
    run_tasks()
    assert TwilioConnection.objects.get().number_state == NumberState.IN_STEP


def test_refused_number_is_explained_and_imported_again(connected, browser, ava, run_tasks):
    run_tasks()
    TwilioConnection.objects.update(number_state=NumberState.OUT_OF_STEP, number_problem="number_taken")
    assert "Ce numéro est déjà importé dans Vapi" in text_of(browser.get(TWILIO))
    assert browser.post("/fr/onboarding/twilio/number").url == TWILIO
    run_tasks()
    assert TwilioConnection.objects.get().number_state == NumberState.IN_STEP


def test_number_actions_without_twilio_are_not_found(browser):
    assert browser.post("/fr/onboarding/twilio/number").status_code == 404
    assert browser.post("/fr/onboarding/twilio/ring", {"to": YOURS}).status_code == 404


def test_test_call_calls_the_typed_number(connected, browser, ava):
    answer = browser.post("/fr/onboarding/twilio/ring", {"to": "06 12 34 56 78"}, follow=True)
    assert "+33 6 12 34 56 78" in text_of(answer)
    assert AuditEvent.objects.filter(action="connections.test_call", organization_id=ava.pk).exists()


@pytest.mark.variants
@pytest.mark.parametrize(
    "typed", ["", "12", "abc", "0899123456"], ids=["nothing", "short", "letters", "costly"]
)
def test_number_that_cannot_be_called_is_reported_beside_the_field(connected, browser, typed):
    answer = browser.post("/fr/onboarding/twilio/ring", {"to": typed})
    assert answer.status_code == 422
    assert answer.context["ring_form"].errors["to"]
    assert '<details class="help" open>' in text_of(answer)


@pytest.mark.parametrize("provider", ["vapi", "twilio"])
def test_connection_can_be_checked_again(connected, browser, provider):
    answer = browser.post(f"/fr/onboarding/{provider}/check", follow=True)
    assert answer.redirect_chain[-1][0] == f"/fr/onboarding/{provider}"
    assert "La connexion fonctionne" in text_of(answer)


@pytest.mark.parametrize("provider", ["vapi", "twilio", "google"])
def test_missing_connection_cannot_be_checked(browser, provider):
    assert browser.post(f"/fr/onboarding/{provider}/check").status_code == 404


def test_revoked_key_is_reported_with_a_remedy(sandbox, browser, ava):
    VapiConnectionFactory(organization=ava, region="sandbox", private_key="vapi-gone", key_hint="gone")
    page = text_of(browser.post("/fr/onboarding/vapi/check", follow=True))
    assert "Vapi refuse cette clé" in page
    assert "Connexion établie" not in page


@pytest.mark.parametrize(
    ("is_https", "host", "told"),
    [(False, "127.0.0.1", True), (True, "localhost", True), (True, "console.example.com", False)],
    ids=["plain", "private", "public"],
)
def test_page_says_that_calls_are_fetched_where_the_site_is_not_public(
    browser, ava, settings, is_https, host, told
):
    VapiConnectionFactory(organization=ava)
    settings.SITE_IS_HTTPS, settings.SITE_HOST = is_https, host
    assert ("relevés" in text_of(browser.get(VAPI))) == told


def test_former_target_is_shown(browser, ava):
    TwilioConnectionFactory(organization=ava, former_target="studio.example.com")
    assert "studio.example.com" in text_of(browser.get(TWILIO))


@pytest.mark.parametrize("path", [VAPI, TWILIO])
def test_weak_roles_connect_nothing(sandbox, as_user, ava, works, path):
    for role in (Role.MEMBER, Role.VIEWER):
        client = as_user(MembershipFactory(organization=ava, role=role).user)
        assert client.post(path, works).url == "/fr/dashboard"
    assert not VapiConnection.objects.exists()
    assert not TwilioConnection.objects.exists()


def test_page_left_open_in_another_window_writes_into_its_organisation(
    sandbox, browser, newcomer, ava, works
):
    other = MembershipFactory(user=newcomer, role=Role.OWNER, organization__setup_completed_at=None)
    browser.get(f"/fr/o/{other.organization.slug}")
    assert browser.get(VAPI).context["organization"] == other.organization
    browser.post(VAPI, works | {"place": str(ava.pk)})
    assert VapiConnection.objects.get().organization == ava


@pytest.mark.parametrize("place", ["florist", "00000000-0000-0000-0000-000000000007"])
def test_page_of_another_organisation_writes_nothing(sandbox, browser, outsider, works, place):
    assert browser.post(VAPI, works | {"place": place}).url == "/fr/dashboard"
    assert not VapiConnection.objects.exists()


@pytest.mark.slow
def test_attempts_are_limited(sandbox, browser, works, settings):
    settings.AVA_RATE_LIMITS = True
    wrong = works | {"private_key": "vapi-wrong-key-0000"}
    answers = [browser.post(VAPI, wrong) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [422] * 30 + [429]
    assert answers[-1].headers["Retry-After"]
    assert "Réessayez" in text_of(answers[-1])


@pytest.mark.parametrize("path", [VAPI, TWILIO, f"{VAPI}?replace=1", "/fr/onboarding/assistant"])
def test_page_reads_the_connections_once(connected, browser, path):
    browser.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path).status_code == 200
    assert len([query for query in queries if "connections_vapiconnection" in query["sql"]]) == 1

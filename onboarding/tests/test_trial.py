"""Trying without an account: the sandbox stands for both providers, and the trade's assistant answers."""

import pytest
from django.conf import settings as django_settings

from accounts.tests.helpers import text_of
from assistants.models import Assistant
from assistants.sync.mirrored import SyncState
from connections.enums import NumberState
from connections.models import TwilioConnection, VapiConnection
from connections.rate_limits import hit_attempt
from connections.tests.factories import VapiConnectionFactory
from core.models import AuditEvent
from onboarding import services
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory
from sandbox.trouble.switches import switch_off, switch_on

pytestmark = pytest.mark.django_db

WELCOME = "/fr/onboarding/welcome"
ASSISTANT = "/fr/onboarding/assistant"
TYPED = {"trade": "restaurant", "name": "Ava", "timezone": "Europe/Paris", "locale": "fr"}


def test_one_request_connects_the_sandbox_and_makes_the_assistant(sandbox, browser, ava, run_tasks):
    assert browser.post(WELCOME, TYPED).url == ASSISTANT
    assert VapiConnection.objects.get(organization=ava).is_sandbox
    assert TwilioConnection.objects.get(organization=ava).is_sandbox
    made = Assistant.objects.get(organization=ava)
    assert (made.persona, made.language, made.answers_calls) == ("restaurant", "fr", True)
    run_tasks()
    made.refresh_from_db()
    assert made.sync_state == SyncState.IN_STEP
    assert TwilioConnection.objects.get().number_state == NumberState.IN_STEP
    page = text_of(browser.get(ASSISTANT))
    for part in ('id="chat"', 'id="call"', "mode d’essai", "/fr/onboarding/vapi?replace=1"):
        assert part in page
    assert browser.post("/fr/onboarding/done").url == "/fr/o/ava"


def test_assistant_speaks_the_language_of_the_organisation(sandbox, browser):
    browser.post(WELCOME, TYPED | {"locale": "he"})
    assert Assistant.objects.get().language == "he"


def test_repeating_it_changes_nothing(sandbox, browser, run_tasks):
    browser.post(WELCOME, TYPED)
    assert browser.post(WELCOME, TYPED | {"trade": "lawyer"}).url == ASSISTANT
    assert Assistant.objects.get().persona == "restaurant"
    actions = AuditEvent.objects.filter(action__startswith="connections.").values_list("action", flat=True)
    assert sorted(actions) == ["connections.twilio_connected", "connections.vapi_connected"]


@pytest.mark.parametrize("provider", ["vapi", "twilio"])
def test_sandbox_that_does_not_answer_loses_nothing(sandbox, browser, ava, provider):
    switch_on(provider, "500", seconds=0)
    answer = browser.post(WELCOME, TYPED | {"name": "Chez Ava"})
    assert answer.status_code == 422
    page = text_of(answer)
    assert "L’essai n’a pas pu être préparé" in page
    assert 'value="restaurant"' in page
    ava.refresh_from_db()
    assert ava.name == "Chez Ava"
    assert services.trade_of(ava) == "restaurant"
    assert not Assistant.objects.exists()
    switch_off(provider)
    assert browser.post(WELCOME, TYPED).url == ASSISTANT
    assert Assistant.objects.count() == 1


def test_attempts_are_limited(sandbox, browser, settings, ava):
    settings.AVA_RATE_LIMITS = True
    for _ in range(30):
        hit_attempt(ava)
    answer = browser.post(WELCOME, TYPED)
    assert answer.status_code == 429
    assert "Réessayez" in text_of(answer)


def test_real_account_is_never_replaced_by_the_sandbox(sandbox, browser, ava):
    kept = VapiConnectionFactory(organization=ava)
    page = text_of(browser.get(WELCOME))
    assert "Essayer sans compte" not in page
    assert browser.post(WELCOME, TYPED).url == "/fr/onboarding/vapi"
    assert VapiConnection.objects.get().private_key == kept.private_key
    assert not TwilioConnection.objects.exists()


def test_without_the_sandbox_the_guided_steps_are_the_path(browser, settings):
    settings.AVA_SANDBOX = False
    page = text_of(browser.get(WELCOME))
    assert "Essayer sans compte" not in page
    assert django_settings.SANDBOX_VAPI_KEY not in page
    assert browser.post(WELCOME, TYPED).url == "/fr/onboarding/vapi"
    assert not VapiConnection.objects.exists()


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
def test_weak_role_starts_no_trial(sandbox, as_user, ava, role):
    client = as_user(MembershipFactory(organization=ava, role=role).user)
    assert client.post(WELCOME, TYPED).url == "/fr/dashboard"
    assert not VapiConnection.objects.exists()

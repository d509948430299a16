"""Two clicks at once, in threads, on either database."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import UserFactory
from accounts.tests.test_redeem_race import race
from assistants.models import Assistant
from connections.models import TwilioConnection, VapiConnection
from organizations.models import Membership, Organization

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

TYPED = {
    "trade": "restaurant",
    "name": "Chez Rose",
    "person": "Rose Martin",
    "timezone": "Europe/Paris",
    "locale": "fr",
}


@pytest.fixture
def founder(settings: Any) -> User:
    settings.AVA_SIGNUP = "open"
    return UserFactory(name="")


def click(user: User, **changes: str) -> Callable[[], int]:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return lambda: client.post("/fr/onboarding/welcome", TYPED | changes).status_code


def test_two_clicks_make_one_organisation_and_one_assistant(sandbox, founder, round_):
    assert race(click(founder), click(founder, trade="lawyer")) == [302, 302]
    organization = Organization.objects.get()
    assert Membership.objects.get().organization == organization
    for model in (VapiConnection, TwilioConnection, Assistant):
        assert model.objects.get().organization_id == organization.pk


def test_two_clicks_in_an_organisation_make_one_assistant(sandbox, newcomer, round_):
    assert race(click(newcomer), click(newcomer, trade="medical")) == [302, 302]
    assert Assistant.objects.count() == 1
    assert VapiConnection.objects.get().is_sandbox
    assert TwilioConnection.objects.get().is_sandbox

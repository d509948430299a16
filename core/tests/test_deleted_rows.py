"""A row that another request deletes meanwhile makes a 404; an error of ours stays an error."""

import logging
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError

from accounts.models import User
from core.models import AuditEvent
from organizations.models import Membership, Organization
from sandbox.models import Assistant as RemoteAssistant
from sandbox.models import PhoneNumber as RemoteNumber

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(as_user, owner):
    client = as_user(owner)
    client.raise_request_exception = False
    return client


@pytest.fixture
def before(monkeypatch):
    """Run something before a function of the product."""

    def hook(path: str, act: Any) -> None:
        module, _dot, name = path.rpartition(".")
        real = getattr(__import__(module, fromlist=[name]), name)

        def hooked(*args: Any, **named: Any) -> Any:
            act()
            return real(*args, **named)

        monkeypatch.setattr(path, hooked)

    return hook


def test_account_that_two_requests_close_at_once_is_closed_once(browser, owner, bakery, before):
    Membership.objects.filter(user=owner).update(role="member")
    before("accounts.profile.views.close_account", lambda: User.objects.filter(pk=owner.pk).delete())
    answer = browser.post("/fr/settings/profile/close", {"confirmation": owner.email})
    assert answer.status_code == 404
    assert not AuditEvent.objects.filter(action="accounts.closed").exists()


def test_profile_of_a_closed_account_is_not_made_again(browser, owner, before):
    before("accounts.profile.views.save_changes", lambda: User.objects.filter(pk=owner.pk).delete())
    data = {"name": "Léa", "locale": "he", "timezone": "Europe/Paris"}
    assert browser.post("/fr/settings/profile", data).status_code == 404
    assert not User.objects.filter(pk=owner.pk).exists()


def test_closed_account_founds_no_organisation(browser, owner, before, settings):
    settings.AVA_SIGNUP = "open"
    Organization.objects.all().delete()
    before("onboarding.views.welcome.create_organization", lambda: User.objects.filter(pk=owner.pk).delete())
    data = {"name": "Ava", "locale": "he", "timezone": "Europe/Paris", "trade": "lawyer", "person": "Ava"}
    assert browser.post("/fr/onboarding/welcome", data).status_code == 404
    assert not Organization.objects.exists()


@pytest.mark.parametrize("victim", [Organization, Membership])
def test_settings_of_a_deleted_organisation_are_not_made_again(browser, owner, bakery, before, victim):
    before("organizations.settings.views.save_organization", lambda: victim.objects.all().delete())
    data = {
        "name": "Autre",
        "locale": "he",
        "timezone": "Europe/Paris",
        "transcript_days": "90",
        "recording_days": "90",
    }
    assert browser.post("/fr/o/bakery/settings", data).status_code == 404
    assert not Organization.objects.filter(name="Autre").exists()


def test_session_that_ends_under_a_request_leads_to_the_sign_in_page(browser, owner, before):
    before("organizations.access._remember", lambda: owner.sessions.all().delete())
    assert browser.get("/fr/o/bakery").url == "/fr/auth?next=/fr/o/bakery&expired=1"


@pytest.mark.parametrize("error", [Organization.DoesNotExist, IntegrityError, OperationalError])
def test_error_with_every_row_in_its_place_stays_an_error(browser, before, error):
    def fail() -> None:
        raise error("a bug")

    before("organizations.team.views.team_page", fail)
    assert browser.get("/fr/o/bakery/team").status_code == 500


def test_error_of_another_kind_stays_an_error_though_a_row_is_gone(browser, owner, before):
    def fail() -> None:
        Membership.objects.filter(user=owner).delete()
        raise KeyError("a bug")

    before("organizations.team.views.team_page", fail)
    assert browser.get("/fr/o/bakery/team").status_code == 500


def test_log_keeps_the_error(browser, bakery, before, caplog):
    def fail() -> None:
        Organization.objects.all().delete()
        raise Organization.DoesNotExist("the cause")

    before("organizations.team.views.team_page", fail)
    with caplog.at_level(logging.WARNING, logger="core.web"):
        assert browser.get("/fr/o/bakery/team").status_code == 404
    (record,) = [each for each in caplog.records if each.name == "core.web"]
    assert "membership was deleted" in record.message
    assert record.exc_info is not None


@pytest.mark.parametrize(
    ("path", "model", "module"),
    [("assistant", RemoteAssistant, "assistants"), ("phone-number", RemoteNumber, "numbers")],
)
def test_sandbox_answers_404_for_an_object_deleted_meanwhile(client, settings, before, path, model, module):
    key = settings.SANDBOX_VAPI_KEY
    row = model.objects.create(
        key=key,
        body={"name": "Ava", "number": "+33939035501"},
        **({"number": "+33939035501"} if model is RemoteNumber else {}),
    )
    before(f"sandbox.vapi.views.{module}.check_size", lambda: model.objects.all().delete())
    answer = client.patch(
        f"/sandbox/vapi/{path}/{row.id}",
        {"name": "Léa"} | ({"provider": "twilio"} if model is RemoteNumber else {}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 404
    assert not model.objects.exists()

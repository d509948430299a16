"""A user who signed up creates an organisation."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import UserFactory
from accounts.tests.helpers import text_of
from core.models import AuditEvent
from organizations.models import Membership, Organization
from organizations.permissions import Role
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db

WELCOME = "/fr/onboarding/welcome"
STEP = "/fr/onboarding/organization"
NEXT = "/fr/onboarding/vapi"
GOOD = {"name": "Fleurs du Port", "timezone": "Europe/Paris", "locale": "fr"}


@pytest.fixture
def founder(settings: Any) -> User:
    settings.AVA_SIGNUP = "open"
    return UserFactory(email="founder@example.com", timezone="Asia/Jerusalem", locale="he")


@pytest.fixture
def browser(founder: User) -> Client:
    client = Client()
    client.force_login(founder)
    return client


def create(client: Client, **changes: str) -> Any:
    return client.post(STEP, GOOD | changes)


def test_the_steps_create_an_organisation(founder, browser):
    assert browser.get("/fr/home").url == WELCOME
    assert browser.get("/fr/onboarding").url == WELCOME
    assert browser.get(WELCOME).status_code == 200
    assert browser.post(WELCOME).url == STEP
    assert not Organization.objects.exists()
    answer = create(browser)
    assert (answer.status_code, answer.url) == (302, NEXT)
    membership = Membership.objects.get()
    assert (membership.user, membership.role) == (founder, Role.OWNER)
    assert not membership.organization.is_set_up
    assert browser.get(answer.url).status_code == 200
    assert browser.get("/fr/home").url == NEXT


@pytest.mark.parametrize("step", ["vapi", "twilio", "assistant", "done"])
def test_without_an_organisation_every_later_step_leads_to_creating_one(browser, step):
    path = f"/fr/onboarding/{step}"
    assert browser.get(path).url == STEP
    assert browser.post(path).url == STEP
    assert not Organization.objects.exists()


def test_the_form_begins_with_what_is_known_of_the_user(browser):
    form = browser.get(STEP).context["form"]
    assert (form["timezone"].value(), form["locale"].value()) == ("Asia/Jerusalem", "he")


def test_creation_is_recorded(founder, browser):
    create(browser)
    event = AuditEvent.objects.get(action="organizations.founded")
    organization = Organization.objects.get()
    assert (event.actor_id, event.subject_id) == (founder.pk, organization.pk)
    assert event.organization_id == organization.pk


def test_sending_the_form_again_changes_it_and_creates_no_second(browser):
    create(browser)
    create(browser, name="Fleurs de la Gare")
    organization = Organization.objects.get()
    assert (organization.name, organization.slug) == ("Fleurs de la Gare", "fleurs-du-port")
    assert Membership.objects.count() == 1


@pytest.mark.variants
@pytest.mark.parametrize("name", ["פרחי הנמל", "花屋", "🥖🥖", "Ξενία", "---"])
def test_a_name_without_latin_letters_gets_an_address(browser, name):
    answer = create(browser, name=name)
    organization = Organization.objects.get()
    assert organization.name == name
    assert organization.slug.isascii()
    assert answer.url == NEXT
    assert browser.get(f"/fr/o/{organization.slug}").status_code == 200


@pytest.mark.variants
@pytest.mark.parametrize("name", ["New", "admin", "API", "Boulangerie Martin"])
def test_an_address_that_is_taken_gets_another(browser, name):
    OrganizationFactory(name="Boulangerie Martin", slug="boulangerie-martin")
    answer = create(browser, name=name)
    mine = Membership.objects.get().organization
    assert mine.slug not in {"new", "admin", "api", "boulangerie-martin"}
    assert answer.url == NEXT
    assert browser.get(f"/fr/o/{mine.slug}").status_code == 200


def test_the_longest_name_has_an_address(browser):
    assert create(browser, name="W" * 80).status_code == 302
    assert len(Organization.objects.get().slug) <= 60


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 10_000),
        ("name", "Fleurs \u202etroP"),
        ("name", "Fleurs\x00"),
        ("timezone", "Mars/Olympus"),
        ("locale", "xx"),
    ],
)
def test_what_cannot_be_kept_is_reported_and_creates_nothing(browser, field, value):
    answer = create(browser, **{field: value})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert 'aria-invalid="true"' in text_of(answer)
    assert not Organization.objects.exists()


def test_markup_in_the_name_is_shown_as_text(browser):
    answer = create(browser, name="<script>alert(1)</script>")
    for path in (answer.url, STEP, WELCOME, "/fr/onboarding/done"):
        assert "<script>alert" not in text_of(browser.get(path))


def test_by_invitation_only_no_organisation_is_created(founder, browser, settings):
    settings.AVA_SIGNUP = "invite"
    assert create(browser).url == "/fr/dashboard"
    assert not Organization.objects.exists()


def test_member_creates_no_second(settings, as_user, member):
    settings.AVA_SIGNUP = "open"
    client = as_user(member)
    assert create(client).url == "/fr/dashboard"
    assert client.get("/fr/home").url == "/fr/dashboard"
    assert Organization.objects.count() == 1


def test_the_signed_out_create_nothing(founder):
    answer = create(Client())
    assert answer.status_code == 302
    assert answer.url.startswith("/fr/auth?next=")
    assert not Organization.objects.exists()


def test_the_founder_cannot_leave_it_without_an_owner(founder, browser):
    create(browser)
    answer = browser.post("/fr/settings/profile/close", {"confirmation": founder.email})
    assert answer.status_code == 422
    assert "Fleurs du Port" in text_of(answer)

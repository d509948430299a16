"""The welcome page of a user who signed up: it creates an organisation."""

import re
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
NEXT = "/fr/onboarding/vapi"
GOOD = {
    "trade": "restaurant",
    "name": "Fleurs du Port",
    "person": "Rose Martin",
    "timezone": "Europe/Paris",
    "locale": "fr",
    "real": "1",  # the button that leads to the guided steps
}


@pytest.fixture
def founder(settings: Any) -> User:
    settings.AVA_SIGNUP = "open"
    return UserFactory(email="founder@example.com", name="", timezone="Asia/Jerusalem", locale="he")


@pytest.fixture
def browser(founder: User) -> Client:
    client = Client()
    client.force_login(founder)
    return client


def create(client: Client, **changes: str) -> Any:
    return client.post(WELCOME, GOOD | changes)


def test_page_creates_an_organisation_and_names_its_owner(founder, browser):
    assert browser.get("/fr/home").url == WELCOME
    assert browser.get("/fr/onboarding").url == WELCOME
    assert browser.get("/fr/onboarding/organization").url == WELCOME
    assert browser.get(WELCOME).status_code == 200
    assert not Organization.objects.exists()
    answer = create(browser)
    assert (answer.status_code, answer.url) == (302, NEXT)
    membership = Membership.objects.get()
    assert (membership.user, membership.role) == (founder, Role.OWNER)
    assert not membership.organization.is_set_up
    founder.refresh_from_db()
    assert founder.name == "Rose Martin"
    assert AuditEvent.objects.filter(action="accounts.profile_changed").count() == 1
    assert browser.get(answer.url).status_code == 200
    assert browser.get("/fr/home").url == NEXT


@pytest.mark.parametrize("step", ["vapi", "twilio", "assistant", "done"])
def test_without_an_organisation_every_later_step_leads_to_the_page(browser, step):
    path = f"/fr/onboarding/{step}"
    assert browser.get(path).url == WELCOME
    assert browser.post(path).url == WELCOME
    assert not Organization.objects.exists()


@pytest.mark.parametrize(("language", "zone"), [("fr", "Europe/Paris"), ("he", "Asia/Jerusalem")])
def test_language_of_the_page_and_its_time_zone_are_proposed(browser, language, zone):
    form = browser.get(f"/{language}/onboarding/welcome").context["organization_form"]
    assert (form["timezone"].value(), form["locale"].value()) == (zone, language)


@pytest.mark.parametrize(
    ("sent", "kept"), [("Asia/Tel_Aviv", "Asia/Jerusalem"), ("Europe/Berlin", "Europe/Berlin")]
)
def test_time_zone_of_a_browser_may_have_a_former_name_or_stand_outside_the_list(browser, sent, kept):
    assert create(browser, timezone=sent).url == NEXT
    assert Organization.objects.get().timezone == kept


@pytest.mark.parametrize("language", ["fr", "he", "en"])
def test_page_is_small(browser, language):
    page = text_of(browser.get(f"/{language}/onboarding/welcome"))
    shipped = re.sub(
        r'<link rel="stylesheet".*\n', "", page
    )  # one link each in development, one in all when shipped
    assert len(shipped.encode()) < 15_000


def test_name_of_the_user_is_asked_once(founder, browser):
    founder.name = "Rose"
    founder.save()
    assert 'name="person"' not in text_of(browser.get(WELCOME))
    assert create(browser, person="Somebody Else").url == NEXT
    founder.refresh_from_db()
    assert founder.name == "Rose"


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
        ("trade", ""),
        ("trade", "astronaut"),
        ("person", ""),
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
    assert {*answer.context["form"].errors, *answer.context["organization_form"].errors} == {field}
    assert 'aria-invalid="true"' in text_of(answer)
    assert not Organization.objects.exists()


def test_markup_in_the_name_is_shown_as_text(browser):
    answer = create(browser, name="<script>alert(1)</script>")
    for path in (answer.url, WELCOME, "/fr/onboarding/assistant"):
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

import pytest

from accounts.tests.helpers import text_of
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def test_dashboard_is_the_organisations_page(as_user, viewer):
    assert as_user(viewer).get("/fr/dashboard").url == "/fr/o/bakery"


def test_open_set_up_is_told_with_the_way_to_go_on(as_user, newcomer):
    assert 'href="/fr/onboarding"' in text_of(as_user(newcomer).get("/fr/o/ava"))


def test_finished_set_up_is_told(as_user, owner):
    page = text_of(as_user(owner).get("/fr/o/bakery"))
    assert 'href="/fr/onboarding"' not in page
    assert "Boulangerie Martin" in page


def test_page_greets_by_first_name_and_says_the_role(as_user, viewer):
    page = text_of(as_user(viewer).get("/en/o/bakery"))
    assert "Camille" in page
    assert "Read only" in page


def test_page_names_no_organisation_of_others(as_user, viewer, outsider):
    outsider.memberships.get().organization.__class__.objects.filter(slug="florist").update(
        name="Fleurs Secrètes"
    )
    assert "Fleurs Secrètes" not in text_of(as_user(viewer).get("/fr/o/bakery"))


def test_person_of_two_organisations_can_switch(as_user, owner):
    MembershipFactory(
        user=owner, organization__slug="second", organization__name="Le Deuxième", role=Role.MEMBER
    )
    page = text_of(as_user(owner).get("/fr/o/bakery"))
    assert "Le Deuxième" in page
    assert 'href="/fr/o/second"' in page

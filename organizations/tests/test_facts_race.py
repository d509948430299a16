"""Concurrent saves of one card: one wins, the others are told. Real threads, through the views."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.test_redeem_race import race
from assistants.tests.factories import AssistantFactory
from core.models import AuditEvent
from organizations.facts.answers import digest_of
from organizations.facts.models import Fact, OpeningSpan
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, OrganizationFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@pytest.fixture(autouse=True)
def _pages_without_words(monkeypatch):
    """Rendering each page would take long and prove nothing."""
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *args, **options: "")


def save(user: User, path: str, **typed: str) -> Callable[[], int]:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return lambda: client.post(path, {"seen": digest_of(None), **typed}).status_code


def test_saves_made_at_once_keep_one_and_tell_the_others(rounds):
    for _ in range(rounds):
        organization = OrganizationFactory()
        AssistantFactory(organization=organization)
        people = MembershipFactory.create_batch(5, organization=organization, role=Role.MEMBER)
        path = f"/fr/o/{organization.slug}/facts/hours"
        saves = [
            save(each.user, path, hours="weekly", day0_0="on", opens_0=f"0{hour}:00", closes_0="12:00")
            for hour, each in enumerate(people, start=4)
        ]
        statuses = race(*saves)
        assert sorted(statuses) == [302, 409, 409, 409, 409]
        span = OpeningSpan.objects.get(organization=organization)
        assert span.opens.hour == 4 + statuses.index(302)
        fact = Fact.objects.get(organization=organization)
        assert fact.changed_by == people[statuses.index(302)].user
        assert AuditEvent.objects.filter(organization_id=organization.id).count() == 1


def test_clicks_on_save_are_one_save(rounds):
    for _ in range(rounds):
        member = MembershipFactory(role=Role.MEMBER)
        path = f"/fr/o/{member.organization.slug}/facts/address"
        assert race(*[save(member.user, path, text="Lyon") for _ in range(5)]) == [302] * 5
        assert AuditEvent.objects.filter(organization_id=member.organization_id).count() == 1

from datetime import date, time

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.login.tokens import mint
from accounts.models import LoginToken, User
from accounts.tests.factories import UserFactory
from organizations.facts.models import Closure, Fact, Hours, OpeningSpan, Question, Topic
from organizations.models import Invitation, Membership, Organization
from organizations.permissions import Role


class OrganizationFactory(DjangoModelFactory[Organization]):
    """With the set-up finished."""

    class Meta:
        model = Organization

    name = factory.Sequence(lambda number: f"Atelier {number}")
    slug = factory.Sequence(lambda number: f"atelier-{number}")
    setup_completed_at = factory.LazyFunction(timezone.now)


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    organization = factory.SubFactory(OrganizationFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.MEMBER


def make_invitation(
    organization: Organization,
    *,
    email: str = "new@example.com",
    role: Role = Role.MEMBER,
    locale: str = "fr",
    invited_by: User | None = None,
) -> tuple[Invitation, str]:
    """An open invitation whose mail was sent, and the secret of its link."""
    link = LoginToken.objects.create(purpose=LoginToken.Purpose.INVITATION, email=email, locale=locale)
    minted = mint(link.id)
    assert minted is not None
    invitation = Invitation.objects.create(
        organization=organization, email=email, role=role, invited_by=invited_by, token=minted.token
    )
    invitation.refresh_from_db()
    return invitation, minted.secret


def answer_all(organization: Organization) -> None:
    """Say of every topic that it does not apply."""
    Fact.objects.bulk_create(Fact(organization=organization, topic=topic, applies=False) for topic in Topic)


def answer_some(organization: Organization) -> None:
    """Answers of each shape: hours, a closure, words, a question, and one that does not apply."""
    own = {"organization": organization}
    Fact.objects.create(**own, topic=Topic.HOURS, hours=Hours.WEEKLY, text="Sonnez fort.")
    OpeningSpan.objects.create(**own, weekday=4, opens=time(19), closes=time(2))
    Fact.objects.create(**own, topic=Topic.CLOSURES)
    Closure.objects.create(**own, first_day=date(2096, 8, 1), last_day=date(2096, 8, 15), word="congés")
    Fact.objects.create(**own, topic=Topic.ADDRESS, text="12 rue des Tilleuls, 69003 Lyon")
    Fact.objects.create(**own, topic=Topic.QUESTIONS)
    Question.objects.create(**own, position=0, question="Des chiens ?", answer="Oui, en laisse.")
    Fact.objects.create(**own, topic=Topic.TEAM, applies=False)

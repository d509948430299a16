import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.login.tokens import mint
from accounts.models import LoginToken, User
from accounts.tests.factories import UserFactory
from organizations.facts.models import Fact, Topic
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

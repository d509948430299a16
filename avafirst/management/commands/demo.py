"""Creates the users and organisations of a development database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.login.tokens import mint
from accounts.models import LoginToken, User
from assistants.models import Assistant
from assistants.services import create_assistant
from avafirst.demo_bakery import ASSISTANTS, FACTS
from avafirst.demo_recordings import add_demo_recordings
from calls.demo.contacts import add_demo_contacts
from calls.demo.services import add_demo_calls
from calls.models import Call
from connections.models import TwilioConnection, VapiConnection
from connections.phone_number import request_import
from connections.provider import sandbox_credentials
from connections.selectors import load_connections
from core.audit.services import record_event
from desk.demo import add_demo_desk
from organizations.facts.answers import digest_of
from organizations.facts.models import Fact
from organizations.facts.services import save_answer
from organizations.models import Invitation, Membership, Organization
from organizations.permissions import Role
from sandbox.twilio import accounts as sandbox_accounts

BAKERY = "boulangerie-martin"
DEMO_CALLS, DEMO_DAYS = 720, 90
BAKERS = {
    Role.OWNER: ("owner@example.com", "Camille Martin"),
    Role.ADMIN: ("admin@example.com", "Julien Martin"),
    Role.MEMBER: ("member@example.com", "Inès Ferrand"),
    Role.VIEWER: ("viewer@example.com", "Noé Tavernier"),
}


class Command(BaseCommand):
    help = "Create the demo users and organisations that are missing; refused in production."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("The demo people are for development: AVA_ENV is production.")
        ava = self._organization("ava", "Ava", set_up=False)
        self._place(ava, Role.OWNER, "test@example.com", "Test User")
        bakery = self._organization(BAKERY, "Boulangerie Martin", set_up=True, records_calls=True)
        for role, (email, name) in BAKERS.items():
            self._place(bakery, role, email, name)
        self._invite(bakery, "apprenti@example.com")
        if settings.AVA_SANDBOX:
            self._connect_to_sandbox(bakery)
            self._make_assistants(bakery)
        self._answer(bakery)
        self._add_calls(bakery)
        User.objects.get_or_create(
            email="staff@example.com", defaults={"name": "Sacha Levi", "is_staff": True, "is_superuser": True}
        )

    def _organization(
        self, slug: str, name: str, *, set_up: bool, records_calls: bool = False
    ) -> Organization:
        defaults = {
            "name": name,
            "timezone": "Europe/Paris",
            "setup_completed_at": timezone.now() if set_up else None,
            "records_calls": records_calls,
        }
        return Organization.objects.get_or_create(slug=slug, defaults=defaults)[0]

    def _place(self, organization: Organization, role: Role, email: str, name: str) -> None:
        user, _made = User.objects.get_or_create(email=email, defaults={"name": name})
        Membership.objects.get_or_create(organization=organization, user=user, defaults={"role": role})

    def _invite(self, organization: Organization, email: str) -> None:
        """Create an open invitation without sending its mail; its secret is discarded."""
        if Invitation.objects.filter(organization=organization, email=email).exists():
            return
        link = LoginToken.objects.create(
            purpose=LoginToken.Purpose.INVITATION, email=email, locale=organization.locale
        )
        mint(link.id)
        inviter = User.objects.for_address(BAKERS[Role.OWNER][0])
        invitation = Invitation.objects.create(
            organization=organization, email=email, role=Role.MEMBER, invited_by=inviter, token=link
        )
        record_event(
            "organizations.invited",
            actor=inviter,
            subject=invitation,
            organization_id=organization.id,
            role=Role.MEMBER.value,
        )

    def _connect_to_sandbox(self, organization: Organization) -> None:
        """Create connections as if the sandbox had accepted them, since it is not running yet."""
        if load_connections(organization).by_provider:
            return
        works = sandbox_credentials(organization)
        owner = User.objects.for_address(BAKERS[Role.OWNER][0])
        VapiConnection(organization=organization, connected_by=owner).set_credentials(
            region=works["region"], private_key=works["private_key"]
        ).save()
        TwilioConnection(
            organization=organization,
            connected_by=owner,
            phone_number=works["phone_number"],
            phone_number_sid=_sid_of(works),
        ).set_credentials(
            endpoint=works["endpoint"], account_sid=works["account_sid"], auth_token=works["auth_token"]
        ).save()
        request_import(organization)

    def _make_assistants(self, organization: Organization) -> None:
        """Use the ordinary service, so that the worker creates their copies in the sandbox."""
        if Assistant.objects.for_organization(organization).exists():
            return
        owner = Membership.objects.get(organization=organization, user__email=BAKERS[Role.OWNER][0])
        for data in ASSISTANTS:
            create_assistant(actor=owner, data=data)

    def _answer(self, organization: Organization) -> None:
        """Save facts by the ordinary service, unless there are any."""
        if Fact.objects.filter(organization=organization).exists():
            return
        owner = Membership.objects.get(organization=organization, user__email=BAKERS[Role.OWNER][0])
        for topic, answer in FACTS.items():
            save_answer(actor=owner, topic=topic, answer=answer, seen=digest_of(None))

    def _add_calls(self, organization: Organization) -> None:
        """Three months of calls, so that the first look is at a living history."""
        if not Call.objects.for_organization(organization).exists():
            add_demo_calls(organization, count=DEMO_CALLS, days=DEMO_DAYS, seed=DEMO_CALLS)
            add_demo_contacts(organization)
            add_demo_recordings(organization)
            add_demo_desk(organization)


def _sid_of(works: dict[str, str]) -> str:
    """The sandbox's SID of the phone number."""
    account = sandbox_accounts.find(works["account_sid"])
    owned = account.numbers if account else ()
    return next(each.sid for each in owned if each.phone_number == works["phone_number"])

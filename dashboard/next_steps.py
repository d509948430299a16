"""What an organisation has done, and what is worth doing next."""

from dataclasses import dataclass

from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext as _

from assistants.models import Assistant
from connections.selectors import Connections
from organizations.models import Invitation, Membership, Organization
from organizations.permissions import Permission


@dataclass(frozen=True)
class NextStep:
    """One thing: whether it is done, what it is good for, and where the reader may do it."""

    done: bool
    label: str
    reason: str
    url: str


def next_steps(
    membership: Membership, connections: Connections, assistants: list[Assistant]
) -> list[NextStep]:
    """All of them, in the order in which they make sense; `assistants` are the organisation's, or some of them.

    Empty once all are done: the dashboard then belongs to the calls.
    """
    organization = membership.organization

    def where(permission: Permission, route: str) -> str:
        return reverse(route, args=[organization.slug]) if membership.may(permission) else ""

    steps = [
        NextStep(
            connections.vapi is not None,
            _("Connect Vapi, the voice"),
            _("Your assistants speak through your own account."),
            where(Permission.CONNECTION_MANAGE, "connections:vapi"),
        ),
        NextStep(
            connections.twilio is not None,
            _("Connect Twilio, the number"),
            _("It brings the number that people call."),
            where(Permission.CONNECTION_MANAGE, "connections:twilio"),
        ),
        NextStep(
            bool(assistants),
            _("Create a first assistant"),
            _("Choose your trade: a voice, its words and its rules are ready."),
            where(Permission.ASSISTANT_EDIT, "assistants:new"),
        ),
        NextStep(
            _has_company(membership),
            _("Invite somebody of your team"),
            _("Each signs in by e-mail, with the rights that you choose."),
            where(Permission.TEAM_MANAGE, "organizations:team"),
        ),
    ]
    return [] if all(step.done for step in steps) else steps


def _has_company(membership: Membership) -> bool:
    organization = membership.organization
    others = Membership.objects.for_organization(organization).exclude(id=membership.id)
    invited = Invitation.objects.for_organization(organization).open()
    alone = Organization.objects.filter(~Exists(others), ~Exists(invited), pk=organization.pk)
    return not alone.exists()

"""The list of what an organisation has set up, and what it may do next."""

from dataclasses import dataclass

from django.db.models import Exists
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connections.selectors import Connections
from organizations.facts.selectors import progress_of
from organizations.models import Invitation, Membership, Organization
from organizations.permissions import Permission


@dataclass(frozen=True, eq=False)
class Suggestion:
    """A step to suggest: the permission that it needs, and the route of its page."""

    label: str | Promise
    reason: str | Promise
    permission: Permission
    route: str


REAL_ACCOUNTS = Suggestion(
    _("Connect your real accounts"),
    _("You are in trial mode: no telephone reaches your assistant yet."),
    Permission.CONNECTION_MANAGE,
    "connections:page",
)
VAPI = Suggestion(
    _("Connect Vapi, the voice"),
    _("Your assistants speak through your own account."),
    Permission.CONNECTION_MANAGE,
    "connections:vapi",
)
TWILIO = Suggestion(
    _("Connect Twilio, the number"),
    _("It brings the number that people call."),
    Permission.CONNECTION_MANAGE,
    "connections:twilio",
)
ASSISTANT = Suggestion(
    _("Create a first assistant"),
    _("Choose your trade: a voice, its words and its rules are ready."),
    Permission.ASSISTANT_EDIT,
    "assistants:new",
)
FACTS = Suggestion(
    _("Answer what callers ask most"),
    _("Opening hours, address, prices: your assistants tell them."),
    Permission.ASSISTANT_EDIT,
    "organizations:facts",
)
TEAM = Suggestion(
    _("Invite somebody from your team"),
    _("They sign in by e-mail, with the rights you choose."),
    Permission.TEAM_MANAGE,
    "organizations:team",
)


@dataclass(frozen=True)
class NextStep:
    """A step as the dashboard shows it; `url` is empty where the user may not do it. `is_next`: the first to do."""

    done: bool
    is_next: bool
    label: str | Promise
    reason: str | Promise
    url: str


def next_steps(membership: Membership, connections: Connections, *, has_assistants: bool) -> list[NextStep]:
    """The steps in order; none where the user may do none of those that are left.

    In trial mode, real accounts come after the facts: they make the trial worth while.
    """
    accounts = {VAPI: connections.vapi is not None, TWILIO: connections.twilio is not None}
    own = {ASSISTANT: has_assistants, FACTS: progress_of(membership.organization).is_complete}
    is_trial = connections.is_sandbox and all(accounts.values())
    done = {**own, REAL_ACCOUNTS: False} if is_trial else {**accounts, **own}
    done[TEAM] = _has_company(membership)
    first = next((each for each in done if not done[each] and _url(membership, each)), None)
    if first is None:
        return []
    return [
        NextStep(done[each], each is first, each.label, each.reason, _url(membership, each)) for each in done
    ]


def _url(membership: Membership, suggestion: Suggestion) -> str:
    if not membership.may(suggestion.permission):
        return ""
    return reverse(suggestion.route, args=[membership.organization.slug])


def _has_company(membership: Membership) -> bool:
    # One query for members and invitations.
    organization = membership.organization
    others = Membership.objects.for_organization(organization).exclude(id=membership.id)
    invited = Invitation.objects.for_organization(organization).open()
    alone = Organization.objects.filter(~Exists(others), ~Exists(invited), pk=organization.pk)
    return not alone.exists()

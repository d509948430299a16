"""What to press: the button of each cause."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from assistants.models import Assistant
from connections.base import Connection
from connections.enums import Provider
from connections.problems import Problem, field_of
from organizations.models import Organization
from organizations.permissions import Permission

# The account is in order again once it is paid or opened there: the same credentials then work.
_SETTLED_AT_THE_PROVIDER = {Problem.TWILIO_SUSPENDED}


@dataclass(frozen=True)
class Action:
    """A link, or with `posts` a form of one button. `arguments` follow the organisation's slug in the route."""

    label: str
    route: str
    permission: Permission
    arguments: tuple[str, ...] = ()
    posts: bool = False
    anchor: str = ""

    def url_for(self, organization: Organization) -> str:
        return reverse(self.route, args=[organization.slug, *self.arguments]) + self.anchor


def connect(provider: str) -> Action:
    """A first account at a provider."""
    labels = {Provider.VAPI: _("Connect Vapi"), Provider.TWILIO: _("Connect Twilio")}
    return Action(labels[Provider(provider)], f"connections:{provider}", Permission.CONNECTION_MANAGE)


def repair_account(connection: Connection) -> Action:
    """New credentials where they are at fault, else a new check."""
    problem = connection.problem or Problem.UNREADABLE_SECRET
    if _needs_other_credentials(problem):
        labels = {Provider.VAPI: _("Replace the key"), Provider.TWILIO: _("Replace the login")}
        label, route = labels[connection.provider], f"connections:{connection.provider}"
        return Action(label, route, Permission.CONNECTION_MANAGE)
    label, arguments = _("Check again"), (str(connection.provider),)
    return Action(label, "connections:check", Permission.CONNECTION_MANAGE, arguments, posts=True)


def _needs_other_credentials(problem: str) -> bool:
    if problem in {Problem.FORBIDDEN, Problem.UNREADABLE_SECRET, Problem.SANDBOX_OFF}:
        return True
    is_known = problem in Problem.values and problem not in _SETTLED_AT_THE_PROVIDER
    return is_known and field_of(problem) is not None


def hand_over_number() -> Action:
    """Another import of the number."""
    label = _("Hand the number to Vapi again")
    return Action(label, "connections:number", Permission.CONNECTION_MANAGE, posts=True)


def create_assistant() -> Action:
    """The form of a new assistant."""
    return Action(_("Create your assistant"), "assistants:new", Permission.ASSISTANT_EDIT)


def choose_answering() -> Action:
    """The page that lists who may answer."""
    return Action(_("Choose who answers"), "assistants:choose", Permission.ASSISTANT_EDIT)


def send_again(assistant: Assistant, label: str) -> Action:
    """Another revision to Vapi; one that is lost there is made anew."""
    return Action(label, "assistants:repair", Permission.ASSISTANT_EDIT, (str(assistant.id),), posts=True)


def choose_voice(assistant: Assistant) -> Action:
    """The form, where the voice must be chosen again."""
    return Action(_("Choose a voice"), "assistants:edit", Permission.ASSISTANT_EDIT, (str(assistant.id),))


def compare(assistant: Assistant) -> Action:
    """Everyone may look at both versions."""
    arguments = (str(assistant.id),)
    return Action(
        _("Compare the versions"), "assistants:detail", Permission.CONSOLE_VIEW, arguments, anchor="#changed"
    )

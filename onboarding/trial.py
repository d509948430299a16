"""The short path: an assistant to talk with at once, while the sandbox stands for both providers."""

from django.conf import settings
from django.db import transaction

from assistants.forms import initial_for
from assistants.models import AssistantData
from assistants.services import create_assistant
from connections.provider import PROVIDERS, ProviderSpec
from connections.rate_limits import hit_attempt
from connections.selectors import Connections, load_connections
from onboarding.steps import first_assistant
from organizations.locks import lock_membership
from organizations.models import Membership
from organizations.permissions import Permission


def is_trial_possible(connections: Connections | None) -> bool:
    """Whether the sandbox may stand for both providers: it is on, and no real account is connected."""
    connected = connections.by_provider.values() if connections else ()
    return settings.AVA_SANDBOX and all(connection.is_sandbox for connection in connected)


def start_trial(*, actor: Membership, persona: str) -> None:
    """Connect the sandbox's accounts and create the first assistant; what is there already is left alone.

    Repeating it continues where it stopped. Raises ProviderError where the sandbox does not answer, LimitedError;
    Http404 or PermissionDenied where the actor may no longer do it.
    """
    connected = load_connections(actor.organization).by_provider
    for provider, spec in PROVIDERS.items():
        if provider not in connected:
            _connect_sandbox(spec, actor=actor)
    create_first_assistant(actor=actor, persona=persona)


def _connect_sandbox(spec: ProviderSpec, *, actor: Membership) -> None:
    organization = actor.organization
    form = spec.form(spec.form.sandbox_values(organization), organization=organization)
    if not form.is_valid():
        raise ValueError(f"the sandbox's credentials for {spec.key} are malformed")
    hit_attempt(organization)
    spec.connect(actor=actor, **form.cleaned_data)


@transaction.atomic
def create_first_assistant(*, actor: Membership, persona: str) -> None:
    """Create the assistant of a trade (a `Persona` value), in the organisation's language, unless there is one.

    Raises Http404 or PermissionDenied where the actor may no longer do it.
    """
    membership = lock_membership(actor, Permission.ASSISTANT_EDIT)
    organization = membership.organization
    if first_assistant(organization) is not None:
        return
    preset = initial_for(persona, organization.locale, organization)
    data = AssistantData(**{name: preset[name] for name in AssistantData.__annotations__})  # type: ignore[typeddict-item]
    create_assistant(actor=membership, data=data)

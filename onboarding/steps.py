"""The steps of the set-up: their order, their states, and which is next."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistants.models import Assistant
from assistants.sync.mirrored import SyncState
from connections.selectors import Connections, load_connections
from onboarding.models import StepDone
from organizations.access import memberships_of
from organizations.models import Membership, Organization

ORGANIZATION_FIELD = "place"  # of the pages' forms: the id of the organisation that the page was rendered for


class State(StrEnum):
    """The state of a step."""

    OPEN = "open"
    SKIPPED = "skipped"
    DONE = "done"


@dataclass(frozen=True)
class Step:
    """A step; `may_wait` where the set-up continues without it."""

    key: str
    label: str | Promise
    may_wait: bool = False

    @property
    def url_name(self) -> str:
        return f"onboarding:{self.key}"


STEPS = (
    Step("welcome", _("Welcome")),
    Step("vapi", "Vapi", may_wait=True),
    Step("twilio", "Twilio", may_wait=True),
    Step("assistant", _("First assistant"), may_wait=True),
)
BY_KEY = {step.key: step for step in STEPS}

States = Mapping[str, State]


@dataclass(frozen=True)
class Progress:
    """A step as pages show it: `state` is a State or "current"; `url` is None where it cannot be visited yet."""

    key: str
    label: str | Promise
    state: str
    url: str | None
    note: str | Promise

    @property
    def is_current(self) -> bool:
        return self.state == "current"

    @property
    def is_done(self) -> bool:
        return self.state == State.DONE

    @property
    def is_skipped(self) -> bool:
        return self.state == State.SKIPPED


def setup_membership(request: HttpRequest) -> Membership | None:
    """The membership whose open set-up the user runs: of the organisation that a form names, else the last used.

    The form names it so that a page left open in another window never writes into another organisation.
    """
    running = [found for found in memberships_of(request) if found.runs_setup]
    if posted := request.POST.get(ORGANIZATION_FIELD):
        return next((found for found in running if str(found.organization_id) == posted), None)
    return next(iter(running), None)


def may_create_organization(request: HttpRequest) -> bool:
    """Whether the user may create an organisation: sign-up is open, and the user is a member of none."""
    return settings.AVA_SIGNUP == "open" and not memberships_of(request)


def states_of(organization: Organization | None, connections: Connections | None = None) -> States:
    """The state of each step, by its key: from the connections and assistants, else from the StepDone rows.

    All are open without an organisation. `connections` are loaded where none are given.
    """
    if organization is None:
        return {step.key: State.OPEN for step in STEPS}
    facts = _facts(organization, connections or load_connections(organization))
    skipped = StepDone.objects.for_organization(organization).skipped_by_key()
    return {step.key: _state(step, facts, skipped) for step in STEPS}


def _facts(organization: Organization, connections: Connections) -> dict[str, bool]:
    return {
        "vapi": connections.vapi is not None,
        "twilio": connections.twilio is not None,
        "assistant": first_assistant(organization) is not None,
    }


def first_assistant(organization: Organization) -> Assistant | None:
    """The assistant that the set-up is about: the one that answers, else the oldest."""
    kept = Assistant.objects.for_organization(organization).exclude(sync_state=SyncState.DELETING)
    return kept.order_by("-answers_calls", "created_at").first()


def _state(step: Step, facts: Mapping[str, bool], skipped: Mapping[str, bool]) -> State:
    if facts.get(step.key, skipped.get(step.key) is False):
        return State.DONE
    return State.SKIPPED if skipped.get(step.key) else State.OPEN


def first_open_step(membership: Membership) -> Step | None:
    """The first step that is neither done nor put off, else the last; None where the user runs no set-up."""
    if not membership.runs_setup:
        return None
    states = states_of(membership.organization)
    return next((step for step in STEPS if states[step.key] == State.OPEN), STEPS[-1])


def neighbours_of(key: str) -> tuple[Step | None, Step | None]:
    """The steps before and after a step."""
    at = STEPS.index(BY_KEY[key])
    return (STEPS[at - 1] if at else None), (STEPS[at + 1] if at + 1 < len(STEPS) else None)


def progress(states: States, current: str, connections: Connections | None = None) -> list[Progress]:
    """Every step for the rail. Steps done or put off, and the first open one, can be visited.

    The steps of `connections` in the sandbox say so.
    """
    connected = connections.by_provider if connections else {}
    in_trial = {key for key, connection in connected.items() if connection.is_sandbox}
    next_key = next((key for key, state in states.items() if state == State.OPEN), "")
    return [
        Progress(
            key=step.key,
            label=step.label,
            state="current" if step.key == current else states[step.key].value,
            url=reverse(step.url_name)
            if step.key in {current, next_key} or states[step.key] != State.OPEN
            else None,
            note=_("Trial mode") if step.key in in_trial else "",
        )
        for step in STEPS
    ]


def open_steps(organization: Organization, connections: Connections | None = None) -> list[Step]:
    """The steps that may wait and are not done, those put off included."""
    states = states_of(organization, connections)
    return [step for step in STEPS if step.may_wait and states[step.key] != State.DONE]

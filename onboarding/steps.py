"""The steps, their order, how each stands, and which is next."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistants.models import Assistant, SyncState
from connections.selectors import connections_of
from onboarding.models import StepDone
from organizations.access import memberships_of
from organizations.models import Membership, Organization

PLACE = "place"  # in what a page of the steps posts: the organisation it was drawn for


class State(StrEnum):
    """How a step stands."""

    OPEN = "open"
    SKIPPED = "skipped"
    DONE = "done"


@dataclass(frozen=True)
class Step:
    """One step: its key, its name, what it is about, and whether the set-up goes on without it."""

    key: str
    label: str | Promise
    summary: str | Promise = ""
    may_wait: bool = False

    @property
    def url_name(self) -> str:
        """The name of its page's address."""
        return f"onboarding:{self.key}"


STEPS = (
    Step("welcome", _("Welcome")),
    Step("organization", _("Organisation"), _("Its name, its clock, its language")),
    Step("vapi", "Vapi", _("The voice: your key, checked on the spot"), may_wait=True),
    Step("twilio", "Twilio", _("The number: your account and your line"), may_wait=True),
    Step("assistant", _("First assistant"), _("Who answers, and with which words"), may_wait=True),
    Step("done", _("Ready"), _("A first call, to hear it for yourself")),
)
BY_KEY = {step.key: step for step in STEPS}

States = Mapping[str, State]


@dataclass(frozen=True)
class Progress:
    """A step as pages show it: `state` is a State or "current"; `url` where it can be visited."""

    key: str
    label: str | Promise
    summary: str | Promise
    state: str
    url: str | None

    @property
    def is_current(self) -> bool:
        """Whether it is the page being looked at."""
        return self.state == "current"

    @property
    def is_done(self) -> bool:
        """Whether it is behind, and not the page being looked at."""
        return self.state == State.DONE

    @property
    def is_skipped(self) -> bool:
        """Whether it was put off."""
        return self.state == State.SKIPPED


def setup_membership(request: HttpRequest) -> Membership | None:
    """The place whose set-up this person runs: that of the page posted, else the last used one.

    Its set-up is open, and the role allows it. A page that was left open in another window thus never writes into
    the organisation that was looked at since.
    """
    running = [found for found in memberships_of(request) if found.runs_setup]
    if place := request.POST.get(PLACE):
        return next((found for found in running if str(found.organization_id) == place), None)
    return next(iter(running), None)


def may_found(request: HttpRequest) -> bool:
    """Whether this person begins an organisation of their own: anyone may sign up, and they belong to none."""
    return settings.AVA_SIGNUP == "open" and not memberships_of(request)


def states_of(organization: Organization | None) -> States:
    """How each step stands, by its key: told by facts where there are any, else by what was noted.

    Of an organisation that is still to be founded nothing is done.
    """
    if organization is None:
        return {step.key: State.OPEN for step in STEPS}
    facts, marks = _facts(organization), StepDone.objects.for_organization(organization).marks()
    return {step.key: _state(step, facts, marks) for step in STEPS}


def _facts(organization: Organization) -> dict[str, bool]:
    connections = connections_of(organization)
    return {
        "vapi": connections.vapi is not None,
        "twilio": connections.twilio is not None,
        "assistant": first_assistant(organization) is not None,
        "done": organization.is_set_up,
    }


def first_assistant(organization: Organization) -> Assistant | None:
    """The assistant that the set-up made: the one that answers, else the oldest."""
    kept = Assistant.objects.for_organization(organization).exclude(sync_state=SyncState.DELETING)
    return kept.order_by("-answers_calls", "created_at").first()


def _state(step: Step, facts: Mapping[str, bool], marks: Mapping[str, bool]) -> State:
    if facts.get(step.key, step.key in marks and not marks[step.key]):
        return State.DONE
    return State.SKIPPED if marks.get(step.key) else State.OPEN


def mark_done(organization: Organization, key: str) -> None:
    """Note a step as done; again changes nothing."""
    StepDone.objects.get_or_create(organization=organization, step=key)


def put_off(organization: Organization, key: str) -> None:
    """Note that a step is for later. Raises ValueError for one that cannot wait."""
    if not BY_KEY[key].may_wait:
        raise ValueError(f"nothing goes on without {key}")
    StepDone.objects.get_or_create(organization=organization, step=key, defaults={"skipped": True})


def first_open_step(membership: Membership) -> Step | None:
    """The first step that is neither done nor put off; none where the person does not run a set-up."""
    if not membership.runs_setup:
        return None
    states = states_of(membership.organization)
    return next(step for step in STEPS if states[step.key] == State.OPEN)


def neighbours_of(key: str) -> tuple[Step | None, Step | None]:
    """The steps before and after one."""
    at = STEPS.index(BY_KEY[key])
    return (STEPS[at - 1] if at else None), (STEPS[at + 1] if at + 1 < len(STEPS) else None)


def step_after(key: str) -> Step:
    """The one that follows. Raises IndexError for the last."""
    return STEPS[STEPS.index(BY_KEY[key]) + 1]


def progress(states: States, current: str) -> list[Progress]:
    """Every step for the rail. What is behind, and the first that is not, can be visited."""
    next_key = next((key for key, state in states.items() if state == State.OPEN), "")
    return [
        Progress(
            key=step.key,
            label=step.label,
            summary=step.summary,
            state="current" if step.key == current else states[step.key].value,
            url=reverse(step.url_name)
            if step.key in {current, next_key} or states[step.key] != State.OPEN
            else None,
        )
        for step in STEPS
    ]


def open_steps(organization: Organization) -> list[Step]:
    """What still waits to be set up, also what was put off: the steps that may wait, and are not done."""
    states = states_of(organization)
    return [step for step in STEPS if step.may_wait and states[step.key] != State.DONE]

"""The steps, their order, and which is next."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onboarding.models import StepDone
from organizations.access import memberships_of
from organizations.models import Membership, Organization


@dataclass(frozen=True)
class Step:
    """One step: its key, its name, and the page it has. A step without a page is still ahead of everyone."""

    key: str
    label: str | Promise
    url_name: str = ""


STEPS = (
    Step("welcome", _("Welcome"), "onboarding:welcome"),
    Step("organization", _("Organisation"), "onboarding:organization"),
    Step("vapi", "Vapi"),
    Step("twilio", "Twilio"),
    Step("assistant", _("First assistant")),
    Step("done", _("Ready")),
)
OPEN_STEPS = tuple(step for step in STEPS if step.url_name)


@dataclass(frozen=True)
class Progress:
    """A step as the rail shows it: `state` is done, current or open; `url` where it can be visited."""

    key: str
    label: str | Promise
    state: str
    url: str | None


def setup_membership(request: HttpRequest) -> Membership | None:
    """The place whose set-up this person runs: the last used one whose set-up is open and whose role allows it."""
    return next((found for found in memberships_of(request) if found.runs_setup), None)


def may_found(request: HttpRequest) -> bool:
    """Whether this person begins an organisation of their own: anyone may sign up, and they belong to none."""
    return settings.AVA_SIGNUP == "open" and not memberships_of(request)


def done_keys(organization: Organization | None) -> set[str]:
    """The steps behind this organisation; of one that is still to be founded, the welcome at most."""
    if organization is None:
        return set()
    return set(StepDone.objects.filter(organization=organization).values_list("step", flat=True))


def mark_done(organization: Organization, key: str) -> None:
    """Note a step as done; again changes nothing."""
    StepDone.objects.get_or_create(organization=organization, step=key)


def first_open_step(membership: Membership) -> Step | None:
    """The first step with a page that is not done; none where the person does not run a set-up or all are done."""
    if not membership.runs_setup:
        return None
    done = done_keys(membership.organization)
    return next((step for step in OPEN_STEPS if step.key not in done), None)


def progress(organization: Organization | None, current: str) -> list[Progress]:
    """Every step for the rail. What is done, and the first that is not, can be visited."""
    done = done_keys(organization)
    reachable = done | {current, next((step.key for step in OPEN_STEPS if step.key not in done), "")}
    return [
        Progress(
            key=step.key,
            label=step.label,
            state="current" if step.key == current else "done" if step.key in done else "open",
            url=reverse(step.url_name) if step.url_name and step.key in reachable else None,
        )
        for step in STEPS
    ]

"""The door to the guided steps: finds the place that is set up, or leads elsewhere."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.requests import SignedInRequest
from connections.selectors import connections_for
from onboarding import steps
from organizations.models import Membership

View = Callable[..., HttpResponse]


def setup_view(view: View) -> View:
    """Give a step the place it sets up: none for somebody who is about to found one.

    Whoever has nothing to set up belongs on the dashboard.
    """

    @wraps(view)
    def found(request: SignedInRequest, **parts: str) -> HttpResponse:
        membership = steps.setup_membership(request)
        if membership is None and not steps.may_found(request):
            return redirect("dashboard:home")
        return view(request, membership, **parts)

    return found


def organization_step(view: View) -> View:
    """Likewise, for a step that needs an organisation: whoever has none yet founds one first."""

    @setup_view
    @wraps(view)
    def found(request: SignedInRequest, membership: Membership | None, **parts: str) -> HttpResponse:
        if membership is None:
            return redirect("onboarding:organization")
        return view(request, membership, **parts)

    return found


def page_context(request: HttpRequest, membership: Membership | None, current: str) -> dict[str, object]:
    """What the frame of every step shows: who, where, how far; and the ways back and on."""
    organization = membership.organization if membership else None
    connections = connections_for(request, organization) if organization else None
    before, after = steps.neighbours_of(current)
    return {
        "organization": organization,
        "membership": membership,
        "steps": steps.progress(steps.states_of(organization, connections), current),
        "previous_url": reverse(before.url_name) if before else "",
        "following_url": reverse(after.url_name) if after else "",
    }

"""Access to the steps of the set-up: finds the membership whose set-up the user runs."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.requests import SignedInRequest
from connections.selectors import connections_for
from core.web.deleted_rows import rely_on
from onboarding import steps
from organizations.models import Membership

View = Callable[..., HttpResponse]


def setup_view(view: View) -> View:
    """Pass a view the membership whose set-up the user runs; None where the user may create an organisation.

    Other users are redirected to the dashboard.
    """

    @wraps(view)
    def guarded(request: SignedInRequest, **parts: str) -> HttpResponse:
        membership = steps.setup_membership(request)
        if membership is None and not steps.may_create_organization(request):
            return redirect("dashboard:home")
        if membership is not None:
            rely_on(request, membership, membership.organization)
        return view(request, membership, **parts)

    return guarded


def organization_setup_view(view: View) -> View:
    """Like `setup_view`, for a step that needs an organisation: without one, redirect to the page that creates it."""

    @setup_view
    @wraps(view)
    def guarded(request: SignedInRequest, membership: Membership | None, **parts: str) -> HttpResponse:
        if membership is None:
            return redirect("onboarding:welcome")
        return view(request, membership, **parts)

    return guarded


def page_context(request: HttpRequest, membership: Membership | None, current: str) -> dict[str, object]:
    """The template variables of every step's frame."""
    organization = membership.organization if membership else None
    connections = connections_for(request, organization) if organization else None
    before, after = steps.neighbours_of(current)
    return {
        "organization": organization,
        "membership": membership,
        "steps": steps.progress(steps.states_of(organization, connections), current, connections),
        "previous_url": reverse(before.url_name) if before else "",
        "following_url": reverse(after.url_name) if after else "",
    }

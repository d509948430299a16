"""Going through the steps: to the first open one, putting one off, finishing."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from onboarding import services, steps
from onboarding.access import organization_setup_view, setup_view
from organizations.models import Membership


@require_safe
@setup_view
def resume(request: SignedInRequest, membership: Membership | None) -> HttpResponse:
    """Redirect to the first open step."""
    step = steps.first_open_step(membership) if membership else None
    return redirect((step or steps.STEPS[0]).url_name)


@require_http_methods(["GET", "HEAD", "POST"])
@setup_view
def organization_step(request: SignedInRequest, membership: Membership | None) -> HttpResponse:
    """Redirect to the welcome page, which asks for the organisation."""
    return redirect("onboarding:welcome")


@require_POST
@organization_setup_view
def postpone(request: SignedInRequest, membership: Membership, key: str) -> HttpResponse:
    """Put a step off and go to the next, after the last to the dashboard; 404 for a step that the set-up needs."""
    if key not in steps.BY_KEY or not steps.BY_KEY[key].may_wait:
        raise Http404
    services.postpone_step(membership.organization, key)
    _before, following = steps.neighbours_of(key)
    return redirect(following.url_name) if following else _finish(request, membership)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_setup_view
def finish_step(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """Finish the set-up (POST); otherwise redirect to the page of the assistant, which has the button for it."""
    return _finish(request, membership) if request.method == "POST" else redirect("onboarding:assistant")


def _finish(request: SignedInRequest, membership: Membership) -> HttpResponse:
    services.complete_setup(actor=membership)
    messages.success(request, _("The set-up is finished. Welcome to your dashboard."))
    return redirect("dashboard:overview", slug=membership.organization.slug)

"""The pages of the guided steps."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from onboarding import steps
from organizations.forms import OrganizationForm
from organizations.founding import found_organization
from organizations.models import Membership, Organization
from organizations.settings import save_organization

StepView = Callable[[SignedInRequest, Membership | None], HttpResponse]


def setup_view(view: StepView) -> Callable[[SignedInRequest], HttpResponse]:
    """Give a step the place it sets up: none for somebody who is about to found one.

    Whoever has nothing to set up belongs on the dashboard.
    """

    @wraps(view)
    def found(request: SignedInRequest) -> HttpResponse:
        membership = steps.setup_membership(request)
        if membership is None and not steps.may_found(request):
            return redirect("dashboard:home")
        return view(request, membership)

    return found


@require_safe
@setup_view
def start(request: SignedInRequest, membership: Membership | None) -> HttpResponse:
    """To the first open step, or the last with a page where all are done."""
    step = steps.first_open_step(membership) if membership else steps.OPEN_STEPS[0]
    return redirect((step or steps.OPEN_STEPS[-1]).url_name)


@require_http_methods(["GET", "HEAD", "POST"])
@setup_view
def welcome(request: SignedInRequest, membership: Membership | None) -> HttpResponse:
    """Who you are, for which organisation, and what lies ahead."""
    if request.method == "POST":
        if membership:
            steps.mark_done(membership.organization, "welcome")
        return redirect("onboarding:organization")
    return render(request, "onboarding/welcome.html", _context(membership, "welcome"))


@require_http_methods(["GET", "HEAD", "POST"])
@setup_view
def organization(request: SignedInRequest, membership: Membership | None) -> HttpResponse:
    """Name, time zone and language of the organisation; founds it where there is none yet."""
    user = request.user
    if membership:
        # A copy of its own: what is typed wrong must not show in the frame of the page.
        instance = Organization.objects.get(pk=membership.organization_id)
    else:
        instance = Organization(timezone=user.timezone, locale=user.locale)
    form = OrganizationForm(request.POST or None, instance=instance)
    if request.method == "POST" and form.is_valid():
        return _save(request, form, membership)
    context = _context(membership, "organization") | {"form": form, "back_url": reverse("onboarding:welcome")}
    return render(request, "onboarding/organization.html", context, status=422 if form.errors else 200)


def _save(request: SignedInRequest, form: OrganizationForm, membership: Membership | None) -> HttpResponse:
    if membership:
        saved = save_organization(form, request=request)
    else:
        saved = found_organization(form, founder=request.user, request=request).organization
        steps.mark_done(saved, "welcome")
    steps.mark_done(saved, "organization")
    messages.success(request, _("Saved. Your organisation is ready for its connections."))
    return redirect("dashboard:overview", slug=saved.slug)


def _context(membership: Membership | None, current: str) -> dict[str, object]:
    shown = membership.organization if membership else None
    return {"organization": shown, "membership": membership, "steps": steps.progress(shown, current)}

"""The first steps, which need no provider; and going on, or on without."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from onboarding import steps
from onboarding.access import organization_step, page_context, setup_view
from organizations.forms import OrganizationForm
from organizations.models import Membership, Organization
from organizations.settings.services import found_organization, save_organization


@require_safe
@setup_view
def start(request: SignedInRequest, membership: Membership | None) -> HttpResponse:
    """To the first open step."""
    step = steps.first_open_step(membership) if membership else None
    return redirect((step or steps.STEPS[0]).url_name)


@require_http_methods(["GET", "HEAD", "POST"])
@setup_view
def welcome(request: SignedInRequest, membership: Membership | None) -> HttpResponse:
    """Who you are, for which organisation, and what lies ahead."""
    if request.method == "POST":
        if membership:
            steps.mark_done(membership.organization, "welcome")
        return redirect("onboarding:organization")
    return render(request, "onboarding/welcome.html", page_context(request, membership, "welcome"))


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
    context = page_context(request, membership, "organization") | {"form": form}
    return render(request, "onboarding/organization.html", context, status=422 if form.errors else 200)


def _save(request: SignedInRequest, form: OrganizationForm, membership: Membership | None) -> HttpResponse:
    if membership:
        saved = save_organization(form, actor=request.user)
    else:
        saved = found_organization(form, founder=request.user).organization
        steps.mark_done(saved, "welcome")
    steps.mark_done(saved, "organization")
    return redirect(steps.step_after("organization").url_name)


@require_POST
@organization_step
def later(request: SignedInRequest, membership: Membership, key: str) -> HttpResponse:
    """Put a step off, and go on with the next. 404 for one that cannot wait."""
    if key not in steps.BY_KEY or not steps.BY_KEY[key].may_wait:
        raise Http404
    steps.put_off(membership.organization, key)
    return redirect(steps.step_after(key).url_name)

"""The first two steps, resuming the set-up, and putting a step off."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from core.security.rate_limits import LimitedError
from core.web.rate_limit_responses import too_many, wait_sentence
from onboarding import services, steps
from onboarding.access import organization_setup_view, page_context, setup_view
from organizations.forms import OrganizationForm
from organizations.models import Membership, Organization
from organizations.settings.rate_limits import hit_new_organization
from organizations.settings.services import create_organization, save_organization


@require_safe
@setup_view
def resume(request: SignedInRequest, membership: Membership | None) -> HttpResponse:
    """Redirect to the first open step."""
    step = steps.first_open_step(membership) if membership else None
    return redirect((step or steps.STEPS[0]).url_name)


@require_http_methods(["GET", "HEAD", "POST"])
@setup_view
def welcome_step(request: SignedInRequest, membership: Membership | None) -> HttpResponse:
    """Show the user, the organisation and the steps ahead."""
    if request.method == "POST":
        if membership:
            services.mark_done(membership.organization, "welcome")
        return redirect("onboarding:organization")
    return render(request, "onboarding/welcome.html", page_context(request, membership, "welcome"))


@require_http_methods(["GET", "HEAD", "POST"])
@setup_view
def organization_step(request: SignedInRequest, membership: Membership | None) -> HttpResponse:
    """Name, time zone and language of the organisation, which is created here where the user has none."""
    user = request.user
    if membership:
        # Another instance than the membership's: the page's frame must not show what failed validation.
        instance = Organization.objects.get(pk=membership.organization_id)
    else:
        instance = Organization(timezone=user.timezone, locale=user.locale)
    form = OrganizationForm(request.POST or None, instance=instance)
    if request.method != "POST" or not form.is_valid():
        return _organization_page(request, form, membership)
    try:
        return _save(request, form, membership)
    except LimitedError as limited:
        form.add_error(None, wait_sentence(limited.retry_after))
        return too_many(_organization_page(request, form, membership), limited)


def _organization_page(
    request: SignedInRequest, form: OrganizationForm, membership: Membership | None
) -> HttpResponse:
    context = page_context(request, membership, "organization") | {"form": form}
    return render(request, "onboarding/organization.html", context, status=422 if form.errors else 200)


def _save(request: SignedInRequest, form: OrganizationForm, membership: Membership | None) -> HttpResponse:
    if membership:
        saved = save_organization(form, actor=membership)
    else:
        hit_new_organization(request.user)
        saved = create_organization(form, user=request.user).organization
        services.mark_done(saved, "welcome")
    services.mark_done(saved, "organization")
    return redirect(steps.step_after("organization").url_name)


@require_POST
@organization_setup_view
def postpone(request: SignedInRequest, membership: Membership, key: str) -> HttpResponse:
    """Put a step off and go to the next; 404 for a step that the set-up needs."""
    if key not in steps.BY_KEY or not steps.BY_KEY[key].may_wait:
        raise Http404
    services.postpone_step(membership.organization, key)
    return redirect(steps.step_after(key).url_name)

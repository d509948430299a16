"""The first page: the trade, the names, and the way from there."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from connections.problems import ProviderError
from connections.selectors import connections_for
from core.locales import default_timezone_name, timezone_label
from core.security.rate_limits import LimitedError
from core.web.rate_limit_responses import too_many, wait_sentence
from onboarding import services, trial
from onboarding.access import page_context, setup_view
from onboarding.forms import WelcomeForm
from organizations.forms import OrganizationForm
from organizations.models import Membership, Organization
from organizations.settings.rate_limits import hit_new_organization
from organizations.settings.services import create_organization, save_organization


@require_http_methods(["GET", "HEAD", "POST"])
@setup_view
def welcome_step(request: SignedInRequest, membership: Membership | None) -> HttpResponse:
    """Ask the trade and the names; then the trial with the sandbox, or the guided steps."""
    data = request.POST if request.method == "POST" else None
    organization_form = OrganizationForm(data, instance=_instance(membership))
    initial = {"trade": services.trade_of(membership.organization) if membership else ""}
    form = WelcomeForm(data, user=request.user, initial=initial)
    forms = (form, organization_form)
    if not all([form.is_valid(), organization_form.is_valid()]):  # both are asked, for the errors of both
        return _page(request, membership, *forms)
    try:
        if membership is None:
            hit_new_organization(request.user)
            membership = create_organization(organization_form, user=request.user)
        else:
            save_organization(organization_form, actor=membership)
        services.finish_welcome(actor=membership, **form.cleaned_data)
        return _lead_on(request, membership, form.cleaned_data["trade"])
    except LimitedError as limited:
        form.add_error(None, wait_sentence(limited.retry_after))
        return too_many(_page(request, membership, *forms), limited)
    except ProviderError as error:
        form.add_error(None, _("The trial could not be prepared. What you typed is kept: try again."))
        form.add_error(None, error.explanation.sentences)
        return _page(request, membership, *forms)


def _instance(membership: Membership | None) -> Organization:
    if membership:
        # Another instance than the membership's: the page's frame must not show what failed validation.
        return Organization.objects.get(pk=membership.organization_id)
    language = get_language()
    return Organization(timezone=default_timezone_name(language), locale=language)


def _lead_on(request: SignedInRequest, membership: Membership, trade: str) -> HttpResponse:
    is_trial = trial.is_trial_possible(connections_for(request, membership.organization))
    if "real" in request.POST or not is_trial:
        return redirect("onboarding:vapi")
    trial.start_trial(actor=membership, persona=trade)
    return redirect("onboarding:assistant")


def _page(
    request: SignedInRequest,
    membership: Membership | None,
    form: WelcomeForm,
    organization_form: OrganizationForm,
) -> HttpResponse:
    connections = connections_for(request, membership.organization) if membership else None
    is_new = membership is None
    shown = organization_form.errors.keys() - ({"name"} if is_new else set())
    organization = organization_form.instance
    context = page_context(request, membership, "welcome") | {
        "form": form,
        "organization_form": organization_form,
        "offers_trial": trial.is_trial_possible(connections),
        "asks_person": "person" in form.fields,
        "is_new": is_new,
        "proposes_zone": is_new and not form.is_bound,
        "proposal_is_wrong": bool(shown),
        "language_name": dict(settings.LANGUAGES)[organization.locale],
        "zone_name": timezone_label(organization.timezone, get_language()),
    }
    status = 422 if form.errors or organization_form.errors else 200
    return render(request, "onboarding/welcome.html", context, status=status)

"""The onboarding steps that connect, check and try out the providers' accounts."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from connections import attempts
from connections.enums import Provider
from connections.forms import ConnectionForm
from connections.phone_number import retry_import
from connections.provider import PROVIDERS, SECRET_FIELDS
from connections.selectors import Connections, connections_for, site_is_public
from connections.twilio.form import TwilioForm
from connections.twilio.forwarding_codes import forwarding_for
from connections.twilio.ring_form import RingForm
from core.security.rate_limits import LimitedError
from core.web.rate_limit_responses import too_many
from onboarding.access import organization_setup_view, page_context
from organizations.models import Membership


@sensitive_post_parameters(*SECRET_FIELDS)
@require_http_methods(["GET", "HEAD", "POST"])
@organization_setup_view
def connect_step(request: SignedInRequest, membership: Membership, provider: str) -> HttpResponse:
    """Connect an account at a provider, or replace its credentials; without `?replace`, show the connected one."""
    spec, organization = PROVIDERS[provider], membership.organization
    known = connections_for(request, organization).by_provider.get(provider)
    if known is not None and request.method != "POST" and "replace" not in request.GET:
        return _connected_page(request, membership, provider)
    in_sandbox = "sandbox" in request.GET
    form = spec.form(request.POST or None, organization=organization, connection=known, in_sandbox=in_sandbox)
    try:
        connection = attempts.connect(spec, form, actor=membership)
    except LimitedError as limited:
        return too_many(_form_page(request, membership, provider, form), limited)
    if connection is None:
        return _form_page(request, membership, provider, form)
    return redirect(f"onboarding:{provider}")


def _form_page(
    request: SignedInRequest, membership: Membership, provider: str, form: ConnectionForm
) -> HttpResponse:
    context = page_context(request, membership, provider) | {
        "form": form,
        "connection": form.connection,
        "has_sandbox": settings.AVA_SANDBOX,
        "offers_sandbox": form.offers_sandbox,
        "numbers_url": reverse("onboarding:numbers"),
    }
    return render(request, f"onboarding/{provider}.html", context, status=422 if form.errors else 200)


def _connected_page(
    request: SignedInRequest, membership: Membership, provider: str, status: int = 200, **extra: Any
) -> HttpResponse:
    organization = membership.organization
    connections = connections_for(request, organization)
    context = page_context(request, membership, provider) | {
        "vapi": connections.vapi,
        "twilio": connections.twilio,
        "following_query": "?replace=1" if _ends_trial(provider, connections) else "",
        "number_moves": connections.is_import_pending,
        "site_is_public": site_is_public(),
        "forwarding": forwarding_for(connections.twilio),
        "ring_form": RingForm(organization=organization),
    }
    return render(request, f"onboarding/{provider}_connected.html", context | extra, status=status)


def _ends_trial(provider: str, connections: Connections) -> bool:
    """Whether this provider's account is real while the sandbox still stands for the next one's."""
    vapi, twilio = connections.vapi, connections.twilio
    has_real_vapi = vapi is not None and not vapi.is_sandbox
    return provider == Provider.VAPI and has_real_vapi and twilio is not None and twilio.is_sandbox


@require_POST
@organization_setup_view
def check_connection(request: SignedInRequest, membership: Membership, provider: str) -> HttpResponse:
    """Check a connection now."""
    connection = connections_for(request, membership.organization).get_or_404(provider)
    try:
        attempts.check(connection, request=request)
    except LimitedError as limited:
        return too_many(_connected_page(request, membership, provider), limited)
    return redirect(f"onboarding:{provider}")


@require_POST
@organization_setup_view
def retry_number(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """Import the number into Vapi once more."""
    retry_import(actor=membership)
    return redirect("onboarding:twilio")


@sensitive_post_parameters(*SECRET_FIELDS)
@require_POST
@organization_setup_view
def show_numbers(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """Show the numbers of the Twilio account in the form, which stays in the browser."""
    organization = membership.organization
    connection = connections_for(request, organization).twilio
    form = TwilioForm(request.POST, organization=organization, connection=connection)
    attempts.show_numbers(form)
    context = {"form": form, "numbers_url": request.path, "was_asked": True}
    return render(request, "connections/twilio/_number_choice.html", context)


@require_POST
@organization_setup_view
def ring_number(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """Call the number in the form."""
    organization = membership.organization
    twilio = connections_for(request, organization).twilio
    if twilio is None:
        raise Http404
    form = RingForm(request.POST, organization=organization)
    try:
        is_ringing = attempts.ring(form, twilio, actor=membership, request=request)
    except LimitedError as limited:
        return too_many(_connected_page(request, membership, "twilio", ring_form=form), limited)
    if not is_ringing:
        return _connected_page(request, membership, "twilio", status=422, ring_form=form)
    return redirect("onboarding:twilio")

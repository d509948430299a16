"""The steps of the providers: connect an account, see that it works, try it."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from connections import attempts
from connections.endpoints import site_is_public
from connections.forms import RingForm, TwilioForm, VapiForm, initial_values
from connections.models import AnyConnection
from connections.phone_number import retry_import
from connections.problems import Provider
from connections.selectors import connection_or_404, connections_of
from core.security.rate_limits import LimitedError
from core.web.rate_limit_responses import too_many
from onboarding.access import organization_step, page_context
from organizations.models import Membership

ASK_OR_DO = ["GET", "HEAD", "POST"]


@sensitive_post_parameters("private_key")
@require_http_methods(ASK_OR_DO)
@organization_step
def vapi(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """The key of the account at Vapi; once Vapi knows it, what it opened."""
    organization = membership.organization
    known = connections_of(organization).vapi
    if _is_to_be_shown(request, known):
        return _connected_page(request, membership, "vapi")
    initial = _initial(request, membership, known)
    form = VapiForm(request.POST or None, organization=organization, initial=initial)
    return _connect(request, membership, form)


@sensitive_post_parameters("auth_token")
@require_http_methods(ASK_OR_DO)
@organization_step
def twilio(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """The account at Twilio and its number; once both are known, how far Vapi answers it."""
    organization = membership.organization
    known = connections_of(organization).twilio
    if _is_to_be_shown(request, known):
        return _connected_page(request, membership, "twilio")
    initial = _initial(request, membership, known)
    form = TwilioForm(request.POST or None, organization=organization, connection=known, initial=initial)
    return _connect(request, membership, form)


def _is_to_be_shown(request: SignedInRequest, known: AnyConnection | None) -> bool:
    return known is not None and request.method != "POST" and "replace" not in request.GET


def _initial(request: SignedInRequest, membership: Membership, known: AnyConnection | None) -> dict[str, str]:
    return initial_values(membership.organization, known, in_sandbox="sandbox" in request.GET)


def _connect(request: SignedInRequest, membership: Membership, form: VapiForm | TwilioForm) -> HttpResponse:
    """The form, until the provider accepts what it holds. What was typed stays, but for the secret."""
    try:
        connected = attempts.connect(form, actor=membership)
    except LimitedError as limited:
        return too_many(_form_page(request, membership, form), limited)
    if connected is None:
        return _form_page(request, membership, form)
    return redirect(f"onboarding:{connected.provider}")


def _form_page(request: SignedInRequest, membership: Membership, form: VapiForm | TwilioForm) -> HttpResponse:
    key = "vapi" if isinstance(form, VapiForm) else "twilio"
    context = page_context(membership, key) | {
        "form": form,
        "connection": getattr(connections_of(membership.organization), key),
        "has_sandbox": settings.AVA_SANDBOX,
    }
    return render(request, f"onboarding/{key}.html", context, status=422 if form.errors else 200)


def _connected_page(
    request: SignedInRequest, membership: Membership, key: str, status: int = 200, **extra: Any
) -> HttpResponse:
    connections = connections_of(membership.organization)
    context = page_context(membership, key) | {
        "vapi": connections.vapi,
        "twilio": connections.twilio,
        "number_moves": connections.is_number_moving,
        "site_is_public": site_is_public(),
        "ring_form": RingForm(organization=membership.organization),
    }
    return render(request, f"onboarding/{key}_connected.html", context | extra, status=status)


@require_POST
@organization_step
def check(request: SignedInRequest, membership: Membership, provider: str) -> HttpResponse:
    """Ask the provider once more."""
    try:
        attempts.check(connection_or_404(membership.organization, provider), request=request)
    except LimitedError as limited:
        return too_many(_connected_page(request, membership, provider), limited)
    return redirect(f"onboarding:{provider}")


@require_POST
@organization_step
def number(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """Have Vapi take the number once more."""
    retry_import(actor=membership)
    return redirect("onboarding:twilio")


@require_POST
@organization_step
def ring(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """Ring a number that somebody types."""
    connection_or_404(membership.organization, Provider.TWILIO)
    form = RingForm(request.POST, organization=membership.organization)
    try:
        rang = attempts.ring(form, actor=membership, request=request)
    except LimitedError as limited:
        return too_many(_connected_page(request, membership, "twilio", ring_form=form), limited)
    if not rang:
        return _connected_page(request, membership, "twilio", status=422, ring_form=form)
    return redirect("onboarding:twilio")

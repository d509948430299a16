"""The steps of the providers: connect an account, see that it works, try it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from connections import checks, numbers
from connections.access import connections_of
from connections.calling import place_test_call
from connections.connecting import connect_twilio, connect_vapi
from connections.endpoints import VapiRegion
from connections.forms import RingForm, TwilioForm, VapiForm, sandbox_initial
from connections.limits import hit_attempt, hit_test_call
from connections.models import AnyConnection, TwilioConnection
from connections.problems import Provider, ProviderError
from connections.reach import site_is_public
from core.ratelimit import LimitedError
from core.waiting import too_many, wait_sentence
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
    initial = _initial(request, membership, {"region": known.region if known else VapiRegion.US})
    form = VapiForm(request.POST or None, organization=organization, initial=initial)
    return _connect(request, membership, form, connect_vapi)


@sensitive_post_parameters("auth_token")
@require_http_methods(ASK_OR_DO)
@organization_step
def twilio(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """The account at Twilio and its number; once both are known, how far Vapi answers it."""
    organization = membership.organization
    known = connections_of(organization).twilio
    if _is_to_be_shown(request, known):
        return _connected_page(request, membership, "twilio")
    initial = _initial(request, membership, _stored(known))
    form = TwilioForm(request.POST or None, organization=organization, connection=known, initial=initial)
    return _connect(request, membership, form, connect_twilio)


def _is_to_be_shown(request: SignedInRequest, known: AnyConnection | None) -> bool:
    return known is not None and request.method != "POST" and "replace" not in request.GET


def _stored(known: TwilioConnection | None) -> dict[str, str]:
    if known is None:
        return {}
    return {
        "endpoint": known.endpoint,
        "account_sid": known.account_sid,
        "phone_number": known.phone_number.as_international,
    }


def _initial(request: SignedInRequest, membership: Membership, otherwise: dict[str, str]) -> dict[str, str]:
    wants_sandbox = settings.AVA_SANDBOX and "sandbox" in request.GET
    return sandbox_initial(membership.organization) if wants_sandbox else otherwise


def _connect(
    request: SignedInRequest,
    membership: Membership,
    form: VapiForm | TwilioForm,
    journey: Callable[..., AnyConnection],
) -> HttpResponse:
    """The form, until the provider accepts what it holds. What was typed stays, but for the secret."""
    if not form.is_valid():
        return _form_page(request, membership, form)
    try:
        hit_attempt(membership.organization)
        connected = journey(actor=membership, request=request, **form.cleaned_data)
    except LimitedError as limited:
        form.add_error(None, wait_sentence(limited.retry_after))
        return too_many(_form_page(request, membership, form), limited)
    except ProviderError as error:
        form.refuse(error)
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
        "site_is_public": site_is_public(),
        "ring_form": RingForm(organization=membership.organization),
    }
    return render(request, f"onboarding/{key}_connected.html", context | extra, status=status)


@require_POST
@organization_step
def check(request: SignedInRequest, membership: Membership, provider: str) -> HttpResponse:
    """Ask the provider once more."""
    connection = _connection_or_404(membership, provider)
    try:
        hit_attempt(membership.organization)
    except LimitedError as limited:
        messages.error(request, wait_sentence(limited.retry_after))
        return too_many(_connected_page(request, membership, provider), limited)
    row = checks.check(connection)
    name = {"provider": connection.provider.label}
    if row is None or row.explanation or row.misses:
        messages.error(request, _("%(provider)s did not answer as it should.") % name)
    else:
        messages.success(request, _("%(provider)s answers. The connection works.") % name)
    return redirect(f"onboarding:{provider}")


def _connection_or_404(membership: Membership, provider: str) -> AnyConnection:
    for known in connections_of(membership.organization).all:
        if known.provider == provider:
            return known
    raise Http404


@require_POST
@organization_step
def number(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """Have Vapi take the number once more."""
    numbers.try_again(actor=membership)
    return redirect("onboarding:twilio")


@require_POST
@organization_step
def ring(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """Ring a number that somebody types."""
    _connection_or_404(membership, Provider.TWILIO)
    form = RingForm(request.POST, organization=membership.organization)
    if not form.is_valid():
        return _connected_page(request, membership, "twilio", status=422, ring_form=form)
    to = form.cleaned_data["to"]
    try:
        hit_test_call(membership.organization, str(to.as_e164))
        place_test_call(actor=membership, to=to, request=request)
    except LimitedError as limited:
        form.add_error(None, wait_sentence(limited.retry_after))
        return too_many(_connected_page(request, membership, "twilio", ring_form=form), limited)
    except ProviderError as error:
        form.add_error("to", f"{error.explanation.what} {error.explanation.remedy}")
        return _connected_page(request, membership, "twilio", status=422, ring_form=form)
    messages.success(request, _("%(number)s rings in a moment.") % {"number": to.as_international})
    return redirect("onboarding:twilio")

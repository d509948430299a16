"""The organisation's accounts at the providers: connect, replace, check, take back."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from connections import checks, cutting, numbers
from connections.access import Connections, connections_of, twilio_of, vapi_of
from connections.calling import place_test_call
from connections.connecting import connect_twilio, connect_vapi
from connections.endpoints import VapiRegion
from connections.forms import RingForm, TwilioForm, VapiForm, sandbox_initial
from connections.limits import hit_attempt, hit_test_call
from connections.models import AnyConnection, NumberState, VapiConnection
from connections.problems import ProviderError
from connections.reach import site_is_public
from core.ratelimit import LimitedError
from core.waiting import too_many, wait_sentence
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission

ASK_OR_DO = ["GET", "HEAD", "POST"]


def _page(request: OrganizationRequest, ring_form: RingForm | None = None, status: int = 200) -> HttpResponse:
    connections = connections_of(request.organization)
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "vapi": connections.vapi,
        "twilio": connections.twilio,
        "number_moves": _number_moves(connections),
        "ring_form": ring_form or RingForm(organization=request.organization),
        "site_is_public": site_is_public(),
        "has_sandbox": settings.AVA_SANDBOX,
    }
    return render(request, "connections/page.html", context, status=status)


def _number_moves(connections: Connections) -> bool:
    """Whether Vapi is being told of the number, so that the page has news soon."""
    twilio = connections.twilio
    return bool(connections.vapi and twilio and twilio.number_state == NumberState.PENDING)


def _back(request: OrganizationRequest) -> HttpResponse:
    return redirect("connections:page", slug=request.organization.slug)


@require_safe
@organization_view(Permission.CONNECTION_MANAGE)
def page(request: OrganizationRequest) -> HttpResponse:
    """Both accounts, and how they fare."""
    return _page(request)


@sensitive_post_parameters("private_key")
@require_http_methods(ASK_OR_DO)
@organization_view(Permission.CONNECTION_MANAGE)
def vapi(request: OrganizationRequest) -> HttpResponse:
    """Connect Vapi, or replace its key."""
    known = vapi_of(request.organization)
    initial = _initial(request, {"region": known.region if known else VapiRegion.US})
    typed = request.POST if request.method == "POST" else None
    form = VapiForm(typed, organization=request.organization, initial=initial)
    return _connect(request, form, known, connect_vapi)


@sensitive_post_parameters("auth_token")
@require_http_methods(ASK_OR_DO)
@organization_view(Permission.CONNECTION_MANAGE)
def twilio(request: OrganizationRequest) -> HttpResponse:
    """Connect Twilio, or replace its token or number."""
    known = twilio_of(request.organization)
    stored = (
        {"endpoint": known.endpoint, "account_sid": known.account_sid, "phone_number": known.number}
        if known
        else {}
    )
    typed = request.POST if request.method == "POST" else None
    form = TwilioForm(
        typed, organization=request.organization, connection=known, initial=_initial(request, stored)
    )
    return _connect(request, form, known, connect_twilio)


def _initial(request: OrganizationRequest, stored: dict[str, str]) -> dict[str, str]:
    wants_sandbox = settings.AVA_SANDBOX and "sandbox" in request.GET
    return sandbox_initial(request.organization) if wants_sandbox else stored


def _connect(
    request: OrganizationRequest,
    form: VapiForm | TwilioForm,
    known: AnyConnection | None,
    journey: Callable[..., AnyConnection],
) -> HttpResponse:
    """The form, until the provider accepts what it holds. What was typed stays, but for the secret."""
    if not form.is_valid():
        return _form_page(request, form, known)
    try:
        hit_attempt(request.organization)
        connected = journey(actor=request.membership, request=request, **form.cleaned_data)
    except LimitedError as limited:
        form.add_error(None, wait_sentence(limited.retry_after))
        return too_many(_form_page(request, form, known), limited)
    except ProviderError as error:
        form.refuse(error)
        return _form_page(request, form, known)
    _welcome(request, connected)
    return _back(request)


def _form_page(
    request: OrganizationRequest, form: VapiForm | TwilioForm, known: AnyConnection | None
) -> HttpResponse:
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "form": form,
        "known": known,
        "has_sandbox": settings.AVA_SANDBOX,
    }
    name = "vapi" if isinstance(form, VapiForm) else "twilio"
    return render(request, f"connections/{name}.html", context, status=422 if form.errors else 200)


def _welcome(request: OrganizationRequest, connection: AnyConnection) -> None:
    if isinstance(connection, VapiConnection):
        messages.success(request, _("Vapi accepted the key. The connection works."))
        return
    messages.success(
        request, _("Twilio accepted the account, and the number is yours. The connection works.")
    )
    if target := connection.former_target:
        words = _("Until now %(target)s took the calls of this number. Vapi will take its place.")
        messages.warning(request, words % {"target": target})


def _connection_or_404(request: OrganizationRequest, provider: str) -> AnyConnection:
    found = next(
        (each for each in connections_of(request.organization).all if each.provider == provider), None
    )
    if found is None:
        raise Http404
    return found


@require_POST
@organization_view(Permission.CONNECTION_MANAGE)
def check(request: OrganizationRequest, provider: str) -> HttpResponse:
    """Ask the provider now."""
    connection = _connection_or_404(request, provider)
    try:
        hit_attempt(request.organization)
    except LimitedError as limited:
        messages.error(request, wait_sentence(limited.retry_after))
        return too_many(_page(request), limited)
    row = checks.check(connection)
    name = {"provider": connection.provider.label}
    if row is None or row.explanation or row.misses:
        messages.error(request, _("%(provider)s did not answer as it should.") % name)
    else:
        messages.success(request, _("%(provider)s answers. The connection works.") % name)
    return _back(request)


@require_http_methods(ASK_OR_DO)
@organization_view(Permission.CONNECTION_MANAGE)
def disconnect(request: OrganizationRequest, provider: str) -> HttpResponse:
    """Ask whether an account shall be taken back; then it is gone from here."""
    connection = _connection_or_404(request, provider)
    if request.method != "POST":
        context = {
            "organization": request.organization,
            "membership": request.membership,
            "connection": connection,
        }
        return render(request, "connections/disconnect.html", context)
    cutting.disconnect(actor=request.membership, provider=provider, request=request)
    messages.success(request, _("%(provider)s is disconnected.") % {"provider": connection.provider.label})
    return _back(request)


@require_POST
@organization_view(Permission.CONNECTION_MANAGE)
def number(request: OrganizationRequest) -> HttpResponse:
    """Have Vapi take the number once more."""
    numbers.try_again(actor=request.membership)
    messages.info(request, _("Vapi is being told of your number. This takes a few seconds."))
    return _back(request)


@require_POST
@organization_view(Permission.CONNECTION_MANAGE)
def test_call(request: OrganizationRequest) -> HttpResponse:
    """Ring a number that somebody types."""
    _connection_or_404(request, "twilio")
    form = RingForm(request.POST, organization=request.organization)
    if not form.is_valid():
        return _page(request, form, status=422)
    to = form.cleaned_data["to"]
    try:
        hit_test_call(request.organization, str(to.as_e164))
        place_test_call(actor=request.membership, to=to, request=request)
    except LimitedError as limited:
        form.add_error(None, wait_sentence(limited.retry_after))
        return too_many(_page(request, form), limited)
    except ProviderError as error:
        form.add_error("to", f"{error.explanation.what} {error.explanation.remedy}")
        return _page(request, form, status=422)
    messages.success(request, _("%(number)s rings in a moment.") % {"number": to.as_international})
    return _back(request)

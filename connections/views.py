"""The organisation's accounts at the providers: connect, replace, check, take back."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from connections import attempts, services
from connections.endpoints import VapiRegion, site_is_public
from connections.forms import RingForm, TwilioForm, VapiForm, initial_values
from connections.models import AnyConnection, VapiConnection
from connections.phone_number import retry_import
from connections.problems import Provider
from connections.selectors import connection_or_404, connections_of, twilio_of, vapi_of
from core.security.rate_limits import LimitedError
from core.web.rate_limit_responses import too_many
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
        "number_moves": connections.is_number_moving,
        "ring_form": ring_form or RingForm(organization=request.organization),
        "site_is_public": site_is_public(),
        "has_sandbox": settings.AVA_SANDBOX,
    }
    return render(request, "connections/page.html", context, status=status)


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
    form = VapiForm(request.POST or None, organization=request.organization, initial=_initial(request, known))
    return _connect(request, form, known)


@sensitive_post_parameters("auth_token")
@require_http_methods(ASK_OR_DO)
@organization_view(Permission.CONNECTION_MANAGE)
def twilio(request: OrganizationRequest) -> HttpResponse:
    """Connect Twilio, or replace its token or number."""
    known = twilio_of(request.organization)
    form = TwilioForm(
        request.POST or None,
        organization=request.organization,
        connection=known,
        initial=_initial(request, known),
    )
    return _connect(request, form, known)


def _initial(request: OrganizationRequest, known: AnyConnection | None) -> dict[str, str]:
    return initial_values(request.organization, known, in_sandbox="sandbox" in request.GET)


def _connect(
    request: OrganizationRequest, form: VapiForm | TwilioForm, known: AnyConnection | None
) -> HttpResponse:
    """The form, until the provider accepts what it holds. What was typed stays, but for the secret."""
    try:
        connected = attempts.connect(form, actor=request.membership)
    except LimitedError as limited:
        return too_many(_form_page(request, form, known), limited)
    if connected is None:
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
        "offers_sandbox": known is None and form.initial.get("region") != VapiRegion.SANDBOX,
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


@require_POST
@organization_view(Permission.CONNECTION_MANAGE)
def check(request: OrganizationRequest, provider: str) -> HttpResponse:
    """Ask the provider now."""
    try:
        attempts.check(connection_or_404(request.organization, provider), request=request)
    except LimitedError as limited:
        return too_many(_page(request), limited)
    return _back(request)


@require_http_methods(ASK_OR_DO)
@organization_view(Permission.CONNECTION_MANAGE)
def disconnect(request: OrganizationRequest, provider: str) -> HttpResponse:
    """Ask whether an account shall be taken back; then it is gone from here."""
    connection = connection_or_404(request.organization, provider)
    if request.method != "POST":
        context = {
            "organization": request.organization,
            "membership": request.membership,
            "connection": connection,
        }
        return render(request, "connections/disconnect.html", context)
    services.disconnect(actor=request.membership, provider=provider)
    messages.success(request, _("%(provider)s is disconnected.") % {"provider": connection.provider.label})
    return _back(request)


@require_POST
@organization_view(Permission.CONNECTION_MANAGE)
def number(request: OrganizationRequest) -> HttpResponse:
    """Have Vapi take the number once more."""
    retry_import(actor=request.membership)
    messages.info(request, _("Vapi is being told of your number. This takes a few seconds."))
    return _back(request)


@require_POST
@organization_view(Permission.CONNECTION_MANAGE)
def test_call(request: OrganizationRequest) -> HttpResponse:
    """Ring a number that somebody types."""
    connection_or_404(request.organization, Provider.TWILIO)
    form = RingForm(request.POST, organization=request.organization)
    try:
        rang = attempts.ring(form, actor=request.membership, request=request)
    except LimitedError as limited:
        return too_many(_page(request, form), limited)
    return _back(request) if rang else _page(request, form, status=422)

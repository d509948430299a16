"""The pages of an organisation's connections: overview, connect or replace, check, disconnect, test call."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from connections import attempts, services
from connections.forms import ConnectionForm
from connections.phone_number import retry_import
from connections.provider import PROVIDERS, SECRET_FIELDS
from connections.selectors import connections_for, site_is_public
from connections.twilio.form import TwilioForm
from connections.twilio.forwarding_codes import forwarding_for
from connections.twilio.ring_form import RingForm
from connections.vapi.webhooks import replace_webhook_secret
from core.security.rate_limits import LimitedError
from core.web.rate_limit_responses import too_many
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission


def _render(
    request: OrganizationRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    frame = {"organization": request.organization, "membership": request.membership}
    return render(request, f"connections/{template}.html", frame | context, status=status)


def _page(request: OrganizationRequest, ring_form: RingForm | None = None, status: int = 200) -> HttpResponse:
    connections = connections_for(request, request.organization)
    context = {
        "vapi": connections.vapi,
        "twilio": connections.twilio,
        "number_moves": connections.is_import_pending,
        "forwarding": forwarding_for(connections.twilio),
        "ring_form": ring_form or RingForm(organization=request.organization),
        "site_is_public": site_is_public(),
        "has_sandbox": settings.AVA_SANDBOX,
    }
    return _render(request, "page", context, status)


def _redirect_to_page(request: OrganizationRequest) -> HttpResponse:
    return redirect("connections:page", slug=request.organization.slug)


@require_safe
@organization_view(Permission.CONNECTION_MANAGE)
def page(request: OrganizationRequest) -> HttpResponse:
    """Show all accounts and their state."""
    return _page(request)


@sensitive_post_parameters(*SECRET_FIELDS)
@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.CONNECTION_MANAGE)
def connect(request: OrganizationRequest, provider: str) -> HttpResponse:
    """Connect an account at a provider, or replace its credentials."""
    spec = PROVIDERS[provider]
    form = spec.form(
        request.POST or None,
        organization=request.organization,
        connection=connections_for(request, request.organization).by_provider.get(provider),
        in_sandbox="sandbox" in request.GET,
    )
    try:
        connection = attempts.connect(spec, form, actor=request.membership)
    except LimitedError as limited:
        return too_many(_form_page(request, provider, form), limited)
    if connection is None:
        return _form_page(request, provider, form)
    messages.success(request, str(spec.connected_message))
    if connection.warning:
        messages.warning(request, connection.warning)
    return _redirect_to_page(request)


def _form_page(request: OrganizationRequest, provider: str, form: ConnectionForm) -> HttpResponse:
    context = {
        "form": form,
        "known": form.connection,
        "has_sandbox": settings.AVA_SANDBOX,
        "offers_sandbox": form.offers_sandbox,
        "numbers_url": reverse("connections:numbers", args=[request.organization.slug]),
    }
    return _render(request, provider, context, 422 if form.errors else 200)


@sensitive_post_parameters(*SECRET_FIELDS)
@require_POST
@organization_view(Permission.CONNECTION_MANAGE)
def numbers(request: OrganizationRequest) -> HttpResponse:
    """Show the numbers of the Twilio account in the form, which stays in the browser."""
    connection = connections_for(request, request.organization).twilio
    form = TwilioForm(request.POST, organization=request.organization, connection=connection)
    attempts.show_numbers(form)
    context = {"form": form, "numbers_url": request.path, "was_asked": True}
    return render(request, "connections/twilio/_number_choice.html", context)


@require_POST
@organization_view(Permission.CONNECTION_MANAGE)
def check(request: OrganizationRequest, provider: str) -> HttpResponse:
    """Check a connection now."""
    connection = connections_for(request, request.organization).get_or_404(provider)
    try:
        attempts.check(connection, request=request)
    except LimitedError as limited:
        return too_many(_page(request), limited)
    return _redirect_to_page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.CONNECTION_MANAGE)
def disconnect(request: OrganizationRequest, provider: str) -> HttpResponse:
    """Ask for confirmation (GET), or delete the stored credentials (POST)."""
    connection = connections_for(request, request.organization).get_or_404(provider)
    if request.method != "POST":
        context = {"connection": connection, "warning": PROVIDERS[provider].disconnect_warning}
        return _render(request, "disconnect", context)
    services.disconnect(actor=request.membership, provider=provider)
    messages.success(request, _("%(provider)s is disconnected.") % {"provider": connection.provider.label})
    return _redirect_to_page(request)


@require_POST
@organization_view(Permission.CONNECTION_MANAGE)
def webhook_secret(request: OrganizationRequest) -> HttpResponse:
    """Replace the secret with which Vapi announces calls."""
    replace_webhook_secret(actor=request.membership)
    messages.success(
        request, _("Your assistants are being sent the new password. No call is missed meanwhile.")
    )
    return _redirect_to_page(request)


@require_POST
@organization_view(Permission.CONNECTION_MANAGE)
def number(request: OrganizationRequest) -> HttpResponse:
    """Import the number into Vapi once more."""
    retry_import(actor=request.membership)
    messages.info(request, _("Vapi is being told of your number. This takes a few seconds."))
    return _redirect_to_page(request)


@require_POST
@organization_view(Permission.CONNECTION_MANAGE)
def test_call(request: OrganizationRequest) -> HttpResponse:
    """Call the number in the form."""
    twilio = connections_for(request, request.organization).twilio
    if twilio is None:
        raise Http404
    form = RingForm(request.POST, organization=request.organization)
    try:
        is_ringing = attempts.ring(form, twilio, actor=request.membership, request=request)
    except LimitedError as limited:
        return too_many(_page(request, form), limited)
    return _redirect_to_page(request) if is_ringing else _page(request, form, status=422)

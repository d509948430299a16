"""The pages of contacts: the list, one caller, and the caller's name, file and erasure."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from calls.contacts.export import export_caller
from calls.contacts.forms import ContactForm
from calls.contacts.selectors import Caller, ContactFilters, find_caller, read_contacts, with_activity
from calls.contacts.services import name_number
from calls.erasure.selectors import pending_at_vapi
from calls.erasure.services import erase_caller
from calls.history.selectors import CallRow
from calls.models import Call
from core.web.pages import CURSOR, page_links
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission

CALLS_SHOWN = 5


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def index(request: OrganizationRequest) -> HttpResponse:
    """The numbers with names, by name. The address holds the search."""
    filters = ContactFilters.read(request.GET.dict())
    page = read_contacts(request.organization, filters, request.GET.get(CURSOR, ""))
    context = page_links(request.GET, filters, page) | {
        "organization": request.organization,
        "membership": request.membership,
        "filters": filters,
        "rows": with_activity(request.organization, page.rows),
        "pending": pending_at_vapi(request.organization),
    }
    return render(request, "calls/contacts/list.html", context)


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def detail(request: OrganizationRequest, key: uuid.UUID) -> HttpResponse:
    """One caller: the name, the newest calls, and what may be done with all of them."""
    caller = find_caller(request.organization, key)
    calls = _calls_of(request, caller).newest_first()
    context = _context(request, caller) | {
        "form": ContactForm(initial={"name": caller.name}),
        "count": calls.count(),
        "rows": [CallRow(call) for call in calls[:CALLS_SHOWN]],
    }
    return render(request, "calls/contacts/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.CONTACT_EDIT)
def name(request: OrganizationRequest, key: uuid.UUID) -> HttpResponse:
    """Ask for the name of a number; POST saves it, and leads back to the call or the contact."""
    caller = find_caller(request.organization, key)
    is_sent = request.method == "POST"
    form = ContactForm(request.POST) if is_sent else ContactForm(initial={"name": caller.name})
    if not is_sent or not form.is_valid():
        context = _context(request, caller) | {"form": form}
        return render(request, "calls/contacts/name.html", context, status=422 if is_sent else 200)
    contact = name_number(actor=request.membership, number=caller.number, name=form.cleaned_data["name"])
    messages.success(request, _("The name is saved.") if contact else _("The number has no name any more."))
    if not caller.is_contact:
        return redirect("calls:detail", request.organization.slug, key)
    if contact is None:
        return redirect("contacts:list", request.organization.slug)
    return redirect("contacts:detail", request.organization.slug, contact.pk)


@require_GET
@organization_view(Permission.CALL_EXPORT)
def export(request: OrganizationRequest, key: uuid.UUID) -> HttpResponseBase:
    """All that is kept of a caller, as a JSON file whose name does not tell who it is."""
    caller = find_caller(request.organization, key)
    pieces = export_caller(actor=request.membership, caller=caller)
    day = timezone.localdate(timezone=ZoneInfo(request.organization.timezone))
    file_name = f"{request.organization.slug}-caller-{day.isoformat()}.json"
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return StreamingHttpResponse(pieces, content_type="application/json", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.CALL_ERASE)
def erase(request: OrganizationRequest, key: uuid.UUID) -> HttpResponse:
    """GET asks for confirmation, POST erases the caller: the name at once, the calls one after the other."""
    caller = find_caller(request.organization, key)
    if request.method != "POST":
        context = _context(request, caller) | {"count": _calls_of(request, caller).count()}
        return render(request, "calls/contacts/erase.html", context)
    erase_caller(actor=request.membership, number=caller.number)
    messages.success(request, _("The caller is being erased. With many calls, this takes some minutes."))
    return redirect("contacts:list", request.organization.slug)


def _calls_of(request: OrganizationRequest, caller: Caller) -> Any:
    return Call.objects.for_organization(request.organization).filter(customer_number=caller.number)


def _context(request: OrganizationRequest, caller: Caller) -> dict[str, Any]:
    return {"organization": request.organization, "membership": request.membership, "caller": caller}

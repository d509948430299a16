"""The pages of calls: the list, one call, and the list as a file."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from assistants.models import Assistant
from calls.call_back.selectors import may_call_back
from calls.contacts.forms import ContactForm
from calls.contacts.selectors import names_for
from calls.enums import Status
from calls.history.call_page import STATES, CallPage
from calls.history.cost_filter import currencies_of
from calls.history.export import export_calls
from calls.history.filters import DIRECTIONS, ENDINGS, PERIODS, TESTS, CallFilters
from calls.history.selectors import group_days, has_news, news_mark, read_calls
from calls.models import Call
from calls.notes.forms import NoteForm
from calls.notes.selectors import notes_of
from core.web.pages import CURSOR, page_links
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def index(request: OrganizationRequest) -> HttpResponse:
    """The calls, newest first. The address holds the filters, so it can be shared."""
    context = _list_context(request) | {
        "assistants": Assistant.objects.for_organization(request.organization)
        .listed()
        .values_list("id", "name"),
        "periods": PERIODS.items(),
        "directions": DIRECTIONS.items(),
        "endings": ENDINGS.items(),
        "tests": TESTS.items(),
        "currencies": currencies_of(request.organization),
    }
    return render(request, "calls/list.html", context)


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def news(request: OrganizationRequest) -> HttpResponse:
    """The list's first page as a fragment; 204 while nothing has changed since the mark `seen`.

    Without htmx it redirects to the list.
    """
    if not request.headers.get("HX-Request"):
        return redirect("calls:list", request.organization.slug)
    if not has_news(request.organization, request.GET.get("seen", "")):
        return HttpResponse(status=204)
    return render(request, "calls/_calls.html", _list_context(request))


def _list_context(request: OrganizationRequest) -> dict[str, Any]:
    filters = CallFilters.read(request.GET.dict())
    mark = news_mark()  # taken before the rows are read: what changes meanwhile is news
    page = read_calls(request.organization, filters, request.GET.get(CURSOR, ""))
    return page_links(request.GET, filters, page) | {
        "organization": request.organization,
        "membership": request.membership,
        "filters": filters,
        "mark": mark,
        "may_call_back": may_call_back(request),
        "days": group_days(
            page.rows,
            ZoneInfo(request.organization.timezone),
            names_for(request.organization, [call.customer_number for call in page.rows]),
        ),
    }


@require_GET
@organization_view(Permission.CALL_EXPORT)
def export(request: OrganizationRequest) -> HttpResponseBase:
    """All calls that match the filters as a CSV file, written while it is sent."""
    lines = export_calls(actor=request.membership, filters=CallFilters.read(request.GET.dict()))
    day = timezone.localdate(timezone=ZoneInfo(request.organization.timezone))
    name = f"{request.organization.slug}-calls-{day.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def detail(request: OrganizationRequest, call_id: uuid.UUID) -> HttpResponse:
    """One call: how it ended, what was said, what it cost."""
    return render_call(request, call_id)


def render_call(
    request: OrganizationRequest, call_id: uuid.UUID, *, note_form: NoteForm | None = None, status: int = 200
) -> HttpResponse:
    """A call's page, with what was typed into `note_form`. Raises Http404."""
    context = _call_context(request, call_id)
    context |= {
        "notes": notes_of(context["call"], request.membership),
        "note_form": note_form or NoteForm(),
        "contact_form": ContactForm(initial={"name": context["page"].name}),
    }
    return render(request, "calls/detail.html", context, status=status)


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def state(request: OrganizationRequest, call_id: uuid.UUID) -> HttpResponse:
    """The call as a fragment; 204 while the page (`seen`) shows it already. Without htmx it redirects to the page."""
    context = _call_context(request, call_id)
    if not request.headers.get("HX-Request"):
        return redirect("calls:detail", request.organization.slug, call_id)
    if context["page"].mark == request.GET.get("seen") and context["page"].is_waiting:
        return HttpResponse(status=204)
    return render(request, "calls/_call.html", context)


def _call_context(request: OrganizationRequest, call_id: uuid.UUID) -> dict[str, Any]:
    own = Call.objects.for_organization(request.organization)
    rows = own.select_related("assistant", "recording", "summary")
    call = rows.prefetch_related("cost_parts", "transfers").filter(pk=call_id).first()
    if call is None:
        raise Http404
    names = names_for(request.organization, [call.customer_number])
    return {
        "organization": request.organization,
        "membership": request.membership,
        "call": call,
        "page": CallPage(call, names.get(call.customer_number, "")),
        "may_call_back": may_call_back(request),
        "running": STATES.get(Status(call.status), ""),
    }

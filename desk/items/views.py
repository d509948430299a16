"""The pages of the desk: the list, and one item."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.selectors import names_of
from calls.history.selectors import CallRow
from calls.summaries.models import Urgency
from core.audit.descriptions import actor_of, describe_event
from core.models import AuditEvent
from core.web.pages import CURSOR, page_links
from desk.enums import ItemKind
from desk.items.filters import STATES, DeskFilters
from desk.items.forms import AssignmentForm, NoteForm, SnoozeForm
from desk.items.selectors import as_rows, calls_of, has_news, news_mark, people_of, read_items
from desk.models import Item
from desk.slot import render_count_again
from organizations.access import OrganizationRequest, organization_view
from organizations.audit_log.selectors import names_in
from organizations.permissions import Permission

HISTORY_SHOWN = 50  # events


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def index(request: OrganizationRequest) -> HttpResponse:
    """What waits for people, the most urgent first. The address holds the filters, so it can be shared."""
    context = _list_context(request) | {
        "kinds": ItemKind.choices,
        "people": people_of(request.organization),
    }
    return render(request, "desk/list.html", context)


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def news(request: OrganizationRequest) -> HttpResponse:
    """The list's first page and the figure in the navigation; 204 while nothing has changed since the mark `seen`.

    Without htmx it redirects to the list.
    """
    if not request.headers.get("HX-Request"):
        return redirect("desk:list", request.organization.slug)
    if not has_news(request.organization, request.GET.get("seen", "")):
        return HttpResponse(status=204)
    count = render_count_again(request, request.membership)
    return render(request, "desk/_news.html", _list_context(request) | {"count": count})


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def detail(request: OrganizationRequest, item_id: uuid.UUID) -> HttpResponse:
    """One item: what is asked, in which calls, and what people did about it."""
    return item_page(request, find_item(request, item_id))


def find_item(request: OrganizationRequest, item_id: uuid.UUID) -> Item:
    """An item of the request's organisation. Raises Http404 for any other id."""
    own = Item.objects.for_organization(request.organization)
    item = own.select_related("assigned_to__user", "done_by").filter(pk=item_id).first()
    if item is None:
        raise Http404
    item.organization = request.organization
    return item


def item_page(
    request: OrganizationRequest, item: Item, note: NoteForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of an item, with a note that could not be taken."""
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "item": item,
        "row": as_rows(request.organization, [item])[0],
        "calls": [CallRow(call) for call in calls_of(item)],
        "notes": item.notes.select_related("author"),
        "history": _history(item),
        "urgencies": Urgency.choices,
        **_forms(request, item, note),
    }
    return render(request, "desk/item.html", context, status=status)


def _forms(request: OrganizationRequest, item: Item, note: NoteForm | None) -> dict[str, Any]:
    """The forms of those who may act."""
    if not request.membership.may(Permission.DESK_ACT):
        return {}
    return {
        "note": note or NoteForm(),
        "assignment": AssignmentForm(item=item),
        "snooze": SnoozeForm(item=item),
    }


def _history(item: Item) -> list[tuple[AuditEvent, str, str]]:
    """What people did, newest first: event, name and sentence."""
    events = list(AuditEvent.objects.about(item.pk)[:HISTORY_SHOWN])
    names = names_in(events, {})
    names |= names_of({event.actor_id for event in events if event.actor_id})
    return [(event, actor_of(event, names), describe_event(event, names)) for event in events]


def _list_context(request: OrganizationRequest) -> dict[str, Any]:
    filters = DeskFilters.read(request.GET.dict())
    mark = news_mark()  # taken before the rows are read: what changes meanwhile is news
    page = read_items(request.membership, filters, request.GET.get(CURSOR, ""))
    return page_links(request.GET, filters, page) | {
        "organization": request.organization,
        "membership": request.membership,
        "filters": filters,
        "tabs": STATES.items(),
        "mark": mark,
        "rows": as_rows(request.organization, page.rows),
    }

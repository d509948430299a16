"""The acts of people on an item, each a POST of one button or of one field."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from calls.summaries.models import Urgency
from core.web.pages import one_of, to_uuid
from desk.items import acts
from desk.items.filters import DeskFilters
from desk.items.forms import NoteForm, SnoozeForm
from desk.items.snooze import Snooze
from desk.items.views import find_item, item_page
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission


@require_POST
@organization_view(Permission.DESK_ACT)
def take(request: OrganizationRequest, item_id: uuid.UUID) -> HttpResponse:
    """Assign the item to the person who asks, unless someone has it."""
    if not acts.take_item(actor=request.membership, item_id=item_id):
        _say_who_has_it(request, item_id)
    return _back(request, item_id)


@require_POST
@organization_view(Permission.DESK_ACT)
def assignment(request: OrganizationRequest, item_id: uuid.UUID) -> HttpResponse:
    """Give the item to the member `member`, or to no one."""
    chosen = request.POST.get("member", "")
    member_id = to_uuid(chosen)
    if chosen and member_id is None:
        raise BadRequest("no such member")
    acts.assign_item(actor=request.membership, item_id=item_id, member_id=member_id)
    return _back(request, item_id)


@require_POST
@organization_view(Permission.DESK_ACT)
def snooze(request: OrganizationRequest, item_id: uuid.UUID) -> HttpResponse:
    """Put the item off, or bring it back where `until` is empty."""
    form = SnoozeForm(request.POST, item=find_item(request, item_id))
    if not request.POST.get("until"):
        acts.wake_item(actor=request.membership, item_id=item_id)
    elif form.is_valid():
        until = form.moments[Snooze(form.cleaned_data["until"])]
        acts.snooze_item(actor=request.membership, item_id=item_id, until=until)
    else:
        messages.error(request, _("That moment is past. Choose a later one."))
    return _back(request, item_id)


@require_POST
@organization_view(Permission.DESK_ACT)
def completion(request: OrganizationRequest, item_id: uuid.UUID) -> HttpResponse:
    """Say that the item is done."""
    seen = _count_in(request.POST.get("calls", ""))
    if acts.finish_item(actor=request.membership, item_id=item_id, seen_calls=seen):
        messages.success(request, _("The request is done."))
    elif find_item(request, item_id).is_open:
        messages.error(
            request, _("This caller has called again meanwhile. Look at it before you tick it off.")
        )
        return redirect("desk:item", request.organization.slug, item_id)
    return _back(request, item_id)


@require_POST
@organization_view(Permission.DESK_ACT)
def reopening(request: OrganizationRequest, item_id: uuid.UUID) -> HttpResponse:
    """Open a done item again; where its caller has a newer open one, that is shown."""
    try:
        acts.reopen_item(actor=request.membership, item_id=item_id)
    except acts.OtherItemOpenError as other:
        messages.error(request, _("This caller has called again since: here is their open request."))
        return redirect("desk:item", request.organization.slug, other.item.pk)
    return _back(request, item_id)


@require_POST
@organization_view(Permission.DESK_ACT)
def urgency(request: OrganizationRequest, item_id: uuid.UUID) -> HttpResponse:
    """Say how urgent the item is."""
    chosen = one_of(Urgency.values, request.POST.get("urgency", ""))
    if not chosen:
        raise BadRequest("no such urgency")
    acts.set_urgency(actor=request.membership, item_id=item_id, urgency=Urgency(chosen))
    return _back(request, item_id)


@require_POST
@organization_view(Permission.DESK_ACT)
def notes(request: OrganizationRequest, item_id: uuid.UUID) -> HttpResponse:
    """Write a note; one without a word is shown again."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return item_page(request, find_item(request, item_id), form, status=422)
    acts.add_note(
        actor=request.membership,
        item_id=item_id,
        note_id=form.cleaned_data["id"],
        text=form.cleaned_data["text"],
    )
    return _back(request, item_id)


def _say_who_has_it(request: OrganizationRequest, item_id: uuid.UUID) -> None:
    """Tell the person whose click came second; their own second click needs no word."""
    holder = find_item(request, item_id).assigned_to
    if holder is not None and holder != request.membership:
        messages.info(request, _("%(name)s has taken it already.") % {"name": holder.user.display_name})


def _back(request: OrganizationRequest, item_id: uuid.UUID) -> HttpResponse:
    """To the list with its filters (`list`, a query) where the button stood there, else to the item's page."""
    slug = request.organization.slug
    if "list" not in request.POST:
        return redirect("desk:item", slug, item_id)
    filters = DeskFilters.read(QueryDict(request.POST["list"]).dict())
    query = urlencode(filters.query)
    return redirect(reverse("desk:list", args=[slug]) + (f"?{query}" if query else ""))


def _count_in(text: str) -> int:
    """The number that a form sends; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0

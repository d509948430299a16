"""Adding and removing the notes of a call, whose page shows them."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from calls.history.views import render_call
from calls.notes.forms import NoteForm
from calls.notes.services import add_note, remove_note
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission


@require_POST
@organization_view(Permission.CONTACT_EDIT)
def add(request: OrganizationRequest, call_id: uuid.UUID) -> HttpResponse:
    """Save a note; one that is refused stays in its field."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return render_call(request, call_id, note_form=form, status=422)
    add_note(actor=request.membership, call_id=call_id, text=form.cleaned_data["text"])
    messages.success(request, _("The note is saved."))
    return _back(request, call_id)


@require_POST
@organization_view(Permission.CONTACT_EDIT)
def remove(request: OrganizationRequest, call_id: uuid.UUID, note_id: uuid.UUID) -> HttpResponse:
    """Remove a note."""
    remove_note(actor=request.membership, call_id=call_id, note_id=note_id)
    messages.success(request, _("The note is removed."))
    return _back(request, call_id)


def _back(request: OrganizationRequest, call_id: uuid.UUID) -> HttpResponse:
    return redirect(f"{reverse('calls:detail', args=[request.organization.slug, call_id])}#notes")

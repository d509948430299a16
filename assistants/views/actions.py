"""What is done to an assistant with one click."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assistants.services import choose_answering, delete_assistant, duplicate_assistant, repair_assistant
from assistants.views.detail import find, frame
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def duplicate(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Make a copy, and lead to where it is changed."""
    copy = duplicate_assistant(actor=request.membership, assistant_id=assistant_id)
    messages.success(request, _("%(name)s is created.") % {"name": copy.name})
    return redirect("assistants:edit", request.organization.slug, copy.id)


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def answer(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Have this one answer the number."""
    assistant = choose_answering(actor=request.membership, assistant_id=assistant_id)
    messages.success(request, _("%(name)s answers your number from now on.") % {"name": assistant.name})
    return redirect("assistants:detail", request.organization.slug, assistant.id)


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def repair(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Send it to Vapi again, as it is here."""
    repair_assistant(actor=request.membership, assistant_id=assistant_id)
    return redirect("assistants:detail", request.organization.slug, assistant_id)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.ASSISTANT_DELETE)
def delete(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Ask, then delete."""
    if request.method != "POST":
        return render(request, "assistants/delete.html", frame(request, find(request, assistant_id)))
    assistant = delete_assistant(actor=request.membership, assistant_id=assistant_id)
    messages.success(request, _("%(name)s is being deleted.") % {"name": assistant.name})
    return redirect("assistants:list", request.organization.slug)

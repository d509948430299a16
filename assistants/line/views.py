"""The line as a fragment that renews itself, and what its buttons lead to: who answers, which version is kept."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assistants.line.slot import line_context
from assistants.models import Assistant
from assistants.services import VersionChangedError, keep_vapi_version
from assistants.sync.mirrored import SyncState
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission

MOST_CHOICES = 100  # more than an organisation has; the list of assistants offers the rest


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def line(request: OrganizationRequest) -> HttpResponse:
    """The line; 204 while the page (`seen`) shows it already. Without htmx it redirects to the assistants."""
    if not request.headers.get("HX-Request"):
        return redirect("assistants:list", request.organization.slug)
    context = line_context(request, request.membership)
    if context["line"].mark == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "assistants/line/line.html", context)


@require_safe
@organization_view(Permission.ASSISTANT_EDIT)
def choose(request: OrganizationRequest) -> HttpResponse:
    """The assistants, each with a button that has it answer the number."""
    own = Assistant.objects.for_organization(request.organization).listed()
    kept = own.exclude(sync_state=SyncState.DELETING)[:MOST_CHOICES]
    context = {"organization": request.organization, "membership": request.membership, "assistants": kept}
    return render(request, "assistants/choose_answering.html", context)


@require_POST
@organization_view(Permission.ASSISTANT_EDIT)
def keep(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Take over what was changed at Vapi; where that is no longer what the page showed, show it as it is now."""
    seen = request.POST.get("seen", "")
    try:
        assistant = keep_vapi_version(actor=request.membership, assistant_id=assistant_id, seen=seen)
        messages.success(request, _("Vapi’s version of %(name)s is kept.") % {"name": assistant.name})
    except VersionChangedError:
        messages.error(request, _("Vapi’s version has changed meanwhile. Look at it again."))
    return redirect("assistants:detail", request.organization.slug, assistant_id)

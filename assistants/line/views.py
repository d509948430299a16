"""The line as a fragment that renews itself, and the page on which the answering assistant is chosen."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from assistants.line.slot import line_context
from assistants.models import Assistant
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

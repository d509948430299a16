"""One assistant, and how it stands at Vapi."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from assistants.models import Assistant, Line
from assistants.status import Standing
from connections.selectors import connections_for
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission

# What is asked for anew while Vapi is being told: on an assistant's own page, and on its card in the list.
FRAGMENTS = {"page": "assistants/_standing.html", "card": "assistants/_state.html"}


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def detail(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """What it says, what it is told, how it stands."""
    assistant = find(request, assistant_id)
    return render(request, "assistants/detail.html", frame(request, assistant))


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def state(request: OrganizationRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """How it stands, as a fragment; 204 while that is what the page shows (`seen`) already.

    Without htmx it is the page of the assistant itself. One that was deleted meanwhile leads to the list.
    """
    if not request.headers.get("HX-Request"):
        find(request, assistant_id)
        return redirect("assistants:detail", request.organization.slug, assistant_id)
    own = Assistant.objects.for_organization(request.organization)
    if not own.filter(id=assistant_id).exists():
        return HttpResponseClientRedirect(reverse("assistants:list", args=[request.organization.slug]))
    context = frame(request, find(request, assistant_id))
    if context["standing"].mark == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, FRAGMENTS.get(request.GET.get("on", ""), FRAGMENTS["page"]), context)


def find(request: OrganizationRequest, assistant_id: uuid.UUID) -> Assistant:
    """One of the organisation's assistants. Raises Http404 for any other id."""
    assistant = Assistant.objects.for_organization(request.organization).filter(id=assistant_id).first()
    if assistant is None:
        raise Http404
    assistant.organization = request.organization
    return assistant


def frame(request: OrganizationRequest, assistant: Assistant) -> dict[str, Any]:
    """What the templates of one assistant speak of."""
    return {
        "organization": request.organization,
        "membership": request.membership,
        "assistant": assistant,
        "standing": Standing(assistant, Line.objects.for_organization(request.organization).first()),
        "twilio": connections_for(request, request.organization).twilio,
    }

"""What an organisation looks at every morning."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from assistants.models import Assistant
from connections.selectors import connections_for
from dashboard.line_status import line_of
from dashboard.next_steps import next_steps
from organizations.access import OrganizationRequest, current_membership, organization_view
from organizations.models import Membership
from organizations.permissions import Permission

SHOWN = 4  # assistants


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the organisation last used; who belongs to none is told what to do."""
    membership = current_membership(request)
    if membership is None:
        return render(request, "dashboard/nowhere.html")
    return redirect("dashboard:overview", slug=membership.organization.slug)


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def overview(request: OrganizationRequest) -> HttpResponse:
    """Whether anyone answers, what to do next, the connections and the newest assistants."""
    organization, membership = request.organization, request.membership
    assistants = list(Assistant.objects.for_organization(organization).listed()[: SHOWN + 1])
    connections = connections_for(request, organization)
    steps = next_steps(membership, connections, assistants)
    context = {
        "organization": organization,
        "membership": membership,
        "line": line_of(organization, connections),
        "runs_setup": membership.runs_setup,
        "steps": steps,
        "steps_done": sum(step.done for step in steps),
        "connections": connections,
        "assistants": assistants[:SHOWN],
        "more_assistants": len(assistants) > SHOWN,
        "unreachable": Membership.objects.unreachable(organization)
        if membership.may(Permission.TEAM_MANAGE)
        else [],
    }
    return render(request, "dashboard/overview.html", context)

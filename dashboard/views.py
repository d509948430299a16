"""The page after sign-in."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from assistants.line.selectors import line_for
from assistants.models import Assistant
from assistants.status import AssistantStatus
from connections.selectors import connections_for
from dashboard.next_steps import next_steps
from organizations.access import OrganizationRequest, current_membership, organization_view
from organizations.models import Membership
from organizations.permissions import Permission

ASSISTANTS_SHOWN = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Redirect to the organisation used last; explain what to do without one."""
    membership = current_membership(request)
    if membership is None:
        return render(request, "dashboard/nowhere.html")
    return redirect("dashboard:overview", slug=membership.organization.slug)


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def overview(request: OrganizationRequest) -> HttpResponse:
    """Show the line's status, the next steps, the connections and the newest assistants."""
    organization, membership = request.organization, request.membership
    assistants = list(Assistant.objects.for_organization(organization).listed()[: ASSISTANTS_SHOWN + 1])
    connections = connections_for(request, organization)
    line = line_for(request, organization)
    steps = next_steps(membership, connections, has_assistants=bool(assistants))
    context = {
        "organization": organization,
        "membership": membership,
        "line": line,
        "runs_setup": membership.runs_setup,
        "steps": steps,
        "steps_done": sum(step.done for step in steps),
        "connections": connections,
        "assistants": [AssistantStatus(each, line) for each in assistants[:ASSISTANTS_SHOWN]],
        "more_assistants": len(assistants) > ASSISTANTS_SHOWN,
        "unreachable": _unreachable_members(membership),
    }
    return render(request, "dashboard/overview.html", context)


def _unreachable_members(membership: Membership) -> Iterable[Membership]:
    if not membership.may(Permission.TEAM_MANAGE):
        return []
    return Membership.objects.unreachable(membership.organization)

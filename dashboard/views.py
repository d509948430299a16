"""The page after sign-in, and the report of a month."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from assistants.line.selectors import line_for
from assistants.models import Assistant
from assistants.status import AssistantStatus
from calls.history.selectors import has_news, news_mark
from connections.selectors import connections_for
from dashboard.attention import concerns_for
from dashboard.next_steps import next_steps
from dashboard.page import CallsPage, newest_calls, read_report
from desk.budget.selectors import read_spending
from desk.budget.words import notices_of
from desk.slot import waiting_items
from organizations.access import OrganizationRequest, current_membership, organization_view
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
    """Figures over the calls of the period in the address; before the first call, what to set up."""
    return render(request, "dashboard/overview.html", _context(request))


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def news(request: OrganizationRequest) -> HttpResponse:
    """The page's content as a fragment; 204 while no call has changed since the mark `seen`.

    Without htmx it redirects to the page.
    """
    if not request.headers.get("HX-Request"):
        return redirect("dashboard:overview", request.organization.slug)
    if not has_news(request.organization, request.GET.get("seen", "")):
        return HttpResponse(status=204)
    return render(request, "dashboard/_content.html", _context(request))


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def report(request: OrganizationRequest, month: str) -> HttpResponse:
    """A month's figures, day by day, as a page that prints well."""
    page = read_report(request.organization, month)
    if page is None:
        raise Http404
    return render(request, "dashboard/report.html", {"organization": request.organization, "page": page})


def _context(request: OrganizationRequest) -> dict[str, Any]:
    organization, membership = request.organization, request.membership
    mark = news_mark()  # taken before the calls are read: what changes meanwhile is news
    page = CallsPage.read(organization, request.GET.get("period", ""))
    context = {
        "organization": organization,
        "membership": membership,
        "line": line_for(request, organization),
        "runs_setup": membership.runs_setup,
        "mark": mark,
        "page": page,
    }
    return context | (_calls_context(request) if page.found.ever else _start_context(request))


def _calls_context(request: OrganizationRequest) -> dict[str, Any]:
    organization, membership = request.organization, request.membership
    connections, facts = connections_for(request, organization), line_for(request, organization).facts
    has_all = facts.vapi and facts.twilio and facts.assistant
    newest = newest_calls(organization)
    steps = [] if has_all else next_steps(membership, connections, has_assistants=facts.assistant is not None)
    return {
        "steps": steps,
        "steps_done": sum(step.done for step in steps),
        "concerns": concerns_for(membership, connections, newest),
        "newest": newest,
        "budget_notices": notices_of(read_spending(organization)),
        "waiting": waiting_items(request),
    }


def _start_context(request: OrganizationRequest) -> dict[str, Any]:
    """What an organisation without a call has set up, and what it may do next."""
    organization, membership = request.organization, request.membership
    assistants = list(Assistant.objects.for_organization(organization).listed()[: ASSISTANTS_SHOWN + 1])
    connections, line = connections_for(request, organization), line_for(request, organization)
    steps = next_steps(membership, connections, has_assistants=bool(assistants))
    return {
        "steps": steps,
        "steps_done": sum(step.done for step in steps),
        "connections": connections,
        "assistants": [AssistantStatus(each, line) for each in assistants[:ASSISTANTS_SHOWN]],
        "more_assistants": len(assistants) > ASSISTANTS_SHOWN,
    }

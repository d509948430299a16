"""The page of an organisation's audit events."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.audit.descriptions import actor_of, describe_event, group_choices
from core.web.pages import CURSOR, page_links
from organizations.access import OrganizationRequest, organization_view
from organizations.audit_log.selectors import PERIODS, AuditFilters, names_in, people, read_events
from organizations.permissions import Permission


@require_safe
@organization_view(Permission.AUDIT_VIEW)
def audit(request: OrganizationRequest) -> HttpResponse:
    """The organisation's events, newest first. The address holds the filters, so it can be shared."""
    filters = AuditFilters.read(request.GET.dict())
    page = read_events(request.organization, filters, request.GET.get(CURSOR, ""))
    actors = people(request.organization)
    names = names_in(page.rows, actors)
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "entries": [(event, actor_of(event, names), describe_event(event, names)) for event in page.rows],
        "filters": filters,
        "groups": group_choices().items(),
        "people": [(str(identity), label) for identity, label in actors.items()],
        "periods": [(key, label) for key, (label, _length) in PERIODS.items()],
    }
    return render(request, "organizations/audit.html", context | page_links(request.GET, filters, page))

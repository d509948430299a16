"""Who did what to whom, and when."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.web.pages import CURSOR, page_links
from organizations.access import OrganizationRequest, organization_view
from organizations.audit_log.descriptions import GROUPS, sentence_of
from organizations.audit_log.selectors import PERIODS, Filters, people, read_page
from organizations.permissions import Permission


@require_safe
@organization_view(Permission.AUDIT_VIEW)
def audit(request: OrganizationRequest) -> HttpResponse:
    """The organisation's events, newest first. The address holds the filters, so it can be shared."""
    filters = Filters.read(request.GET.dict())
    page = read_page(request.organization, filters, request.GET.get(CURSOR, ""))
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "entries": [(event, sentence_of(event)) for event in page.rows],
        "filters": filters,
        "groups": [(key, group.label) for key, group in GROUPS.items()],
        "people": people(request.organization),
        "periods": [(key, label) for key, (label, _length) in PERIODS.items()],
    }
    return render(request, "organizations/audit.html", context | page_links(request.GET, filters, page))

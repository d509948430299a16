"""Who did what to whom, and when."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organizations.access import OrganizationRequest, organization_view
from organizations.audit_log.descriptions import GROUPS
from organizations.audit_log.selectors import PERIODS, Filters, people, read_page
from organizations.permissions import Permission


@require_safe
@organization_view(Permission.AUDIT_VIEW)
def audit(request: OrganizationRequest) -> HttpResponse:
    """The organisation's history, newest first; the address holds the filters, so it can be shared."""
    filters = Filters.read(request.GET.dict())
    page = read_page(request.organization, filters, request.GET.get("before", ""))
    older = urlencode({**filters.query, "before": str(page.before)}) if page.before else ""
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "page": page,
        "filters": filters,
        "groups": [(key, group.label) for key, group in GROUPS.items()],
        "people": people(request.organization),
        "periods": [(key, label) for key, (label, _length) in PERIODS.items()],
        "older": older,
        "is_later_page": "before" in request.GET,
        "newest": urlencode(filters.query),
    }
    return render(request, "organizations/audit.html", context)

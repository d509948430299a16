"""The list of an organisation's assistants."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assistants.catalog.presets import Persona
from assistants.models import Line, SyncState
from assistants.selectors import Filters, read_page
from assistants.status import Standing
from connections.selectors import connections_for
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def index(request: OrganizationRequest) -> HttpResponse:
    """The assistants as cards, the newest first; the address holds the filters, so it can be shared."""
    filters = Filters.read(request.GET.dict())
    page = read_page(request.organization, filters, request.GET.get("before", ""))
    older = urlencode({**filters.query, "before": str(page.before)}) if page.before else ""
    line = Line.objects.for_organization(request.organization).first()
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "cards": [Standing(assistant, line) for assistant in page.assistants],
        "twilio": connections_for(request, request.organization).twilio,
        "filters": filters,
        "states": SyncState.choices,
        "languages": settings.LANGUAGES,
        "personas": Persona.choices,
        "older": older,
        "is_later_page": "before" in request.GET,
        "newest": urlencode(filters.query),
    }
    return render(request, "assistants/list.html", context)

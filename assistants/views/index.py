"""The list of an organisation's assistants."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assistants.catalog.presets import Persona
from assistants.models import Line, SyncState
from assistants.selectors import AssistantFilters, read_assistants
from assistants.status import Standing
from connections.selectors import twilio_of
from core.web.pages import CURSOR, page_links
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission


@require_safe
@organization_view(Permission.CONSOLE_VIEW)
def index(request: OrganizationRequest) -> HttpResponse:
    """The assistants as cards, the newest first; the address holds the filters, so it can be shared."""
    filters = AssistantFilters.read(request.GET.dict())
    page = read_assistants(request.organization, filters, request.GET.get(CURSOR, ""))
    line = Line.objects.for_organization(request.organization).first()
    context = {
        "organization": request.organization,
        "membership": request.membership,
        "cards": [Standing(assistant, line) for assistant in page.rows],
        "twilio": twilio_of(request.organization),
        "filters": filters,
        "states": SyncState.choices,
        "languages": settings.LANGUAGES,
        "personas": Persona.choices,
    }
    return render(request, "assistants/list.html", context | page_links(request.GET, filters, page))

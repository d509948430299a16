"""What every page about one assistant begins with."""

import uuid
from typing import Any

from django.http import Http404

from assistants.models import Assistant, Line
from assistants.standing import Standing
from connections.selectors import twilio_of
from organizations.access import OrganizationRequest


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
        "twilio": twilio_of(request.organization),
    }

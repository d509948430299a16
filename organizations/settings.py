"""Changing what an organisation says of itself."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpRequest

from core.audit.services import record_event
from organizations.models import Organization

if TYPE_CHECKING:
    from organizations.forms import OrganizationForm


@transaction.atomic
def save_organization(form: "OrganizationForm", *, request: HttpRequest) -> Organization:
    """Keep what the form holds, and write down which of it changed."""
    organization: Organization = form.save()
    if form.changed_data:
        record_event(
            "organizations.changed",
            request=request,
            actor=request.user if request.user.is_authenticated else None,
            subject=organization,
            organization_id=organization.id,
            fields=form.changed_data,
        )
    return organization

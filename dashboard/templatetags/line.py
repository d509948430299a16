"""The card of the line's status in the side bar."""

from typing import Any

from django import template

from connections.selectors import connections_for
from dashboard.line_status import line_status_of
from organizations.models import Organization

register = template.Library()


@register.inclusion_tag("dashboard/_line.html", takes_context=True)
def line_card(context: template.Context, organization: Organization) -> dict[str, Any]:
    """The status of the organisation's line, with a link to the dashboard."""
    connections = connections_for(context["request"], organization)
    return {"line": line_status_of(organization, connections), "organization": organization}

"""The card of the line's status in the side bar."""

from typing import Any

from django import template

from dashboard.line_status import line_status_for
from organizations.models import Organization

register = template.Library()


@register.inclusion_tag("dashboard/_line.html", takes_context=True)
def line_card(context: template.Context, organization: Organization) -> dict[str, Any]:
    """The status of the organisation's line, with a link to the dashboard."""
    return {"line": line_status_for(context["request"], organization), "organization": organization}

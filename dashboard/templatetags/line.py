"""The card at the foot of the side bar: is anyone answering?"""

from typing import Any

from django import template

from connections.selectors import connections_for
from dashboard.line_status import line_of
from organizations.models import Organization

register = template.Library()


@register.inclusion_tag("dashboard/_line.html", takes_context=True)
def line_card(context: template.Context, organization: Organization) -> dict[str, Any]:
    """The state of the organisation's line in a few words, leading to the dashboard."""
    connections = connections_for(context["request"], organization)
    return {"line": line_of(organization, connections), "organization": organization}

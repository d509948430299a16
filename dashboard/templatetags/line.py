"""The card at the foot of the side bar: is anyone answering?"""

from typing import Any

from django import template

from dashboard.line_status import line_of
from organizations.models import Organization

register = template.Library()


@register.inclusion_tag("dashboard/_line.html")
def line_card(organization: Organization) -> dict[str, Any]:
    """The state of the organisation's line in a few words, leading to the dashboard."""
    return {"line": line_of(organization), "organization": organization}

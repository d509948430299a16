"""What the console's frame says of an organisation's connections."""

from typing import Any

from django import template

from connections.access import connections_of, problems_of
from connections.problems import explain
from organizations.models import Membership
from organizations.permissions import Permission

register = template.Library()


@register.inclusion_tag("connections/_banner.html", takes_context=True)
def connections_banner(context: template.Context) -> dict[str, Any]:
    """What does not work, with the way to repair it for those who may; and that the sandbox is on.

    The pages of the connections say themselves what is wrong. One query, none where the page read them already.
    """
    membership = context.get("membership")
    if not isinstance(membership, Membership):
        return {}
    match = context["request"].resolver_match
    says_itself = match is not None and match.namespace == "connections"
    organization = membership.organization
    troubles = [] if says_itself else problems_of(organization)
    return {
        "explanations": [explain(each.problem, each.provider) for each in troubles],
        "is_sandbox": connections_of(organization).is_sandbox,
        "may_repair": membership.may(Permission.CONNECTION_MANAGE),
        "organization": organization,
    }

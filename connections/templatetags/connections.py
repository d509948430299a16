"""What the console's frame says of an organisation's connections."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from connections.problems import explain
from connections.selectors import connections_of, problems_of
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
    request = context["request"]
    match = request.resolver_match
    says_itself = match is not None and match.namespace == "connections"
    organization = membership.organization
    troubles = [] if says_itself else problems_of(organization)
    return {
        "explanations": [explain(each.problem, each.provider) for each in troubles],
        "is_sandbox": connections_of(organization).is_sandbox,
        # Its page shows what all organisations try there: in production that is for staff.
        "may_open_sandbox": settings.AVA_SANDBOX and (settings.DEVELOPMENT or request.user.is_staff),
        "may_repair": membership.may(Permission.CONNECTION_MANAGE),
        "organization": organization,
    }


@register.filter
def ago(moment: datetime) -> str:
    """How long ago a moment was, in words."""
    if timezone.now() - moment < timedelta(minutes=1):
        return _("just now")
    return _("%(ago)s ago") % {"ago": timesince(moment, depth=1)}

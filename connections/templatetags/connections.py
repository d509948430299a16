"""The banner about an organisation's connections on every console page, and a filter for times."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from connections.selectors import connections_for
from organizations.models import Membership
from organizations.permissions import Permission

register = template.Library()


@register.inclusion_tag("connections/_banner.html", takes_context=True)
def connections_banner(context: template.Context) -> dict[str, Any]:
    """Failing connections, with a repair link for members who may, and a note where the sandbox is used.

    The connections pages show failures themselves. Costs a query only where the view has not loaded the connections.
    """
    membership = context.get("membership")
    if not isinstance(membership, Membership):
        return {}
    request = context["request"]
    match = request.resolver_match
    is_connections_page = match is not None and match.namespace == "connections"
    organization = membership.organization
    connections = connections_for(request, organization)
    return {
        "explanations": [] if is_connections_page else connections.failures,
        "is_sandbox": connections.is_sandbox,
        # The sandbox page shows the data of all organisations: staff only in production.
        "may_open_sandbox": settings.AVA_SANDBOX and (settings.DEVELOPMENT or request.user.is_staff),
        "may_repair": membership.may(Permission.CONNECTION_MANAGE),
        "organization": organization,
    }


@register.filter
def ago(moment: datetime) -> str:
    """The time since `moment` in words."""
    if timezone.now() - moment < timedelta(minutes=1):
        return _("just now")
    return _("%(ago)s ago") % {"ago": timesince(moment, depth=1)}

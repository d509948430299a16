"""Shows the line in its slot, above the content of every page of an organisation."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from assistants.line.selectors import line_for, names_of_helpers
from core.templatetags.page import htmx_once
from organizations.models import Membership


def render_line(request: HttpRequest, membership: Membership) -> SafeString:
    """The region that a screen reader listens to, with the line in it."""
    return render_to_string("assistants/line/slot.html", line_context(request, membership), request=request)


def render_head(request: HttpRequest, membership: Membership) -> SafeString:
    """What the head of the page needs: htmx while the line moves, nothing else."""
    if not line_for(request, membership.organization).is_moving:
        return mark_safe("")
    return htmx_once(request)


def line_context(request: HttpRequest, membership: Membership) -> dict[str, Any]:
    """The context of the line's template: its state, and the button or the people who may press it."""
    organization = membership.organization
    line = line_for(request, organization)
    may_act = line.action is not None and membership.may(line.action.permission)
    return {
        "line": line,
        "organization": organization,
        "may_act": may_act,
        "action_url": line.action.url_for(organization) if line.action and may_act else "",
        "helpers": names_of_helpers(organization) if line.is_about_an_account and not may_act else [],
        "may_open_sandbox": settings.AVA_SANDBOX,
    }

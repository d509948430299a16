"""Shows in the navigation how many items wait."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from core.web.request_cache import once_per_request
from desk.items.selectors import count_waiting
from organizations.models import Membership

MOST = 99  # beyond, the figure says no more, and counting would take longer with each item


def render_count(request: HttpRequest, membership: Membership) -> SafeString:
    """The figure beside the desk's place; nothing where no item waits. Counted once a page."""
    organization = membership.organization
    count = once_per_request(request, "desk-count", lambda: count_waiting(organization, at_most=MOST + 1))
    if not count:
        return mark_safe("")
    return render_to_string("desk/_count.html", {"count": count, "most": MOST, "is_more": count > MOST})

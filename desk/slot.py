"""Shows in the navigation how many items wait, and on the dashboard the most urgent ones."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core.web.request_cache import once_per_request
from desk.items.selectors import ItemRow, count_waiting, read_waiting
from organizations.access import OrganizationRequest
from organizations.models import Membership

MOST = 99  # beyond, the figure says no more, and counting would take longer with each item
KEY = "desk-count"
ITEMS_SHOWN = 3


@dataclass(frozen=True)
class Waiting:
    """The items that wait: how many, counted up to MOST + 1, and the most urgent of them."""

    count: int
    rows: list[ItemRow]

    @property
    def shown_count(self) -> str:
        return str(self.count) if self.count <= MOST else f"{MOST}+"


def waiting_items(request: OrganizationRequest) -> Waiting:
    """What the dashboard shows. One query, which counts for the navigation of the page too."""
    found = Waiting(*read_waiting(request.organization, at_most=MOST + 1, shown=ITEMS_SHOWN))
    once_per_request(request, KEY, lambda: found.count)
    return found


def render_count(request: HttpRequest, membership: Membership) -> SafeString:
    """The figure beside the desk's place, empty where no item waits. Counted once a page."""
    return render_to_string("desk/_count.html", _context(request, membership))


def render_count_again(request: HttpRequest, membership: Membership) -> SafeString:
    """The figure as part of an answer to htmx, which puts it wherever the page shows the one before."""
    return render_to_string("desk/_count.html", _context(request, membership) | {"is_again": True})


def _context(request: HttpRequest, membership: Membership) -> dict[str, int | bool]:
    organization = membership.organization
    count = once_per_request(request, KEY, lambda: count_waiting(organization, at_most=MOST + 1))
    return {"count": count, "most": MOST, "is_more": count > MOST}

"""Template variables for the menu of organisations."""

from typing import Any

from django.http import HttpRequest

from organizations.access import current_membership, memberships_of


def memberships(request: HttpRequest) -> dict[str, Any]:
    """`memberships` and `frame_membership`, read from the database only if a template uses them.

    `frame_membership` is the membership whose organisation the frame shows: the page's own, else the last used.
    """
    return {
        "memberships": lambda: memberships_of(request),
        "frame_membership": lambda: getattr(request, "membership", None) or current_membership(request),
    }

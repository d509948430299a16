"""What the console's frame shows of the person's organisations."""

from typing import Any

from django.http import HttpRequest

from organizations.access import current_membership, memberships_of


def memberships(request: HttpRequest) -> dict[str, Any]:
    """`memberships` and `place`, read only if a template asks.

    `place` is the membership whose organisation the frame shows: the page's own, else the one last used.
    """
    return {
        "memberships": lambda: memberships_of(request),
        "place": lambda: getattr(request, "membership", None) or current_membership(request),
    }

"""Rights in templates: `{% if membership|may:"team.manage" %}`."""

from django import template

from organizations.models import Membership
from organizations.permissions import Permission

register = template.Library()


@register.filter
def may(membership: Membership | None, permission: str) -> bool:
    """Whether this place grants the right. Raises ValueError for a right that does not exist: a typo closes no door."""
    right = Permission(permission)
    # A template's missing variable arrives as "".
    return isinstance(membership, Membership) and membership.may(right)

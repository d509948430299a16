"""Permissions in templates: `{% if membership|may:"team.manage" %}`."""

from django import template

from organizations.models import Membership
from organizations.permissions import Permission

register = template.Library()


@register.filter
def may(membership: Membership | None, permission: str) -> bool:
    """Whether the membership grants the permission. Raises ValueError for an unknown one, so that a typo is found."""
    required = Permission(permission)
    # A variable that the template lacks arrives as "".
    return isinstance(membership, Membership) and membership.may(required)

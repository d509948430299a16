"""Titles of the pages behind a mailed link that does not open anything, by the state of the link."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

UNKNOWN_LINK: Words = _("This link is not valid")
DEAD_LINKS: dict[str, Words] = {
    "expired": _("This link has expired"),
    "used": _("This link has already been used"),
    "superseded": _("This link has been replaced"),
    "taken": _("This address belongs to another account"),
}


def dead_link_title(state: str) -> Words:
    """The title for a dead state, or for any other state that of a link which was never ours."""
    return DEAD_LINKS.get(state, UNKNOWN_LINK)

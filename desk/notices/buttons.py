"""What the buttons in the mails do, for the rights of the moment in which they are confirmed."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.link_pages import Title
from desk.items.acts import finish_item, take_item
from desk.models import Item
from desk.notices.links import Act, Button
from organizations.models import Membership
from organizations.permissions import Permission

TITLES: dict[str, Title] = {
    "confirm": _("One tap, and it is done"),
    "taken": _("It is yours"),
    "other": _("A colleague has taken it"),
    "again": _("The caller has called again"),
    "done": _("It is done"),
    "ended": _("You can no longer do this"),
}


@dataclass(frozen=True)
class Outcome:
    """The state of the page, and the item where the reader may see it."""

    state: str
    item: Item | None = None


def look(button: Button) -> Outcome:
    """What pressing would do; changes nothing."""
    membership = _member(button)
    item = _item(button, membership) if membership else None
    if membership is None or item is None:
        return Outcome("ended")
    return Outcome(_state(item, membership, button), item)


def press(button: Button) -> Outcome:
    """Do what the button says. A second time changes nothing."""
    outcome, membership = look(button), _member(button)
    if outcome.state != "confirm" or membership is None:
        return outcome
    try:
        if button.act == Act.TAKE:
            take_item(actor=membership, item_id=button.item_id)
        else:
            finish_item(actor=membership, item_id=button.item_id, seen_calls=button.calls)
    except (Http404, PermissionDenied):
        return Outcome("ended")
    return look(button)


def _member(button: Button) -> Membership | None:
    """The member of the link, if their account is active and they may still act."""
    members = Membership.objects.who_may(Permission.DESK_ACT).filter(id=button.membership_id)
    return members.select_related("organization", "user").first()


def _item(button: Button, membership: Membership) -> Item | None:
    own = Item.objects.for_organization(membership.organization).select_related("organization")
    return own.filter(id=button.item_id).first()


def _state(item: Item, membership: Membership, button: Button) -> str:
    if not item.is_open:
        return "done"
    if button.act == Act.DONE:
        return "again" if item.call_count != button.calls else "confirm"
    if item.assigned_to_id is None:
        return "confirm"
    return "taken" if item.assigned_to_id == membership.id else "other"

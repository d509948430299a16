"""The signed links in the mails: a button's act on one item for one member, and the wish for no more mails.

Signatures rather than stored tokens: what a link may do is checked when it is used, against the rights of that moment.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import models
from django.utils.translation import gettext_lazy as _

VALID_FOR = timedelta(days=7)
_ACT_SALT = "desk.notices.act"
_STOP_SALT = "desk.notices.stop"


class Act(models.TextChoices):
    """What a button in a mail does, once it is confirmed."""

    TAKE = "take", _("I take it")
    DONE = "done", _("It is done")


class LinkError(Exception):
    """The link does nothing; `state` says why: `unknown` or `expired`."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


@dataclass(frozen=True)
class Button:
    """What the link of a button stands for."""

    item_id: UUID
    membership_id: UUID
    act: Act
    calls: int  # how many calls the item had when the mail was sent


def sign_button(button: Button) -> str:
    """The link's token, valid for seven days."""
    parts = [button.item_id.hex, button.membership_id.hex, button.act.value, button.calls]
    return signing.dumps(parts, salt=_ACT_SALT)


def read_button(token: str) -> Button:
    """What a token stands for. Raises LinkError."""
    try:
        item, membership, act, calls = signing.loads(token, salt=_ACT_SALT, max_age=VALID_FOR)
    except signing.SignatureExpired:
        raise LinkError("expired") from None
    except signing.BadSignature:
        raise LinkError("unknown") from None
    return Button(UUID(item), UUID(membership), Act(act), calls)


def sign_stop(membership_id: UUID) -> str:
    """The token of the link that stops a member's mails; it has no end, as long as the mails are kept."""
    return signing.Signer(salt=_STOP_SALT).sign(membership_id.hex)


def read_stop(token: str) -> UUID:
    """The membership whose mails a token stops. Raises LinkError."""
    try:
        return UUID(signing.Signer(salt=_STOP_SALT).unsign(token))
    except signing.BadSignature:
        raise LinkError("unknown") from None

"""Limits on mailed invitations, since they go to people who did not ask for them."""

from datetime import timedelta

from accounts.addresses import fold_address
from core.security.rate_limits import Limit, hit_all
from organizations.models import RESEND_AFTER, Membership

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

COOL_DOWN = Limit("invitation.cool_down", hits=1, per=RESEND_AFTER)
PER_SENDER = Limit("invitation.sender", hits=50, per=DAY)
PER_ORGANIZATION = Limit("invitation.organization", hits=50, per=DAY)
# Over all organisations: one sender may found several.
PER_RECIPIENT = Limit("invitation.recipient", hits=3, per=HOUR)
PER_RECIPIENT_A_DAY = Limit("invitation.recipient_a_day", hits=5, per=DAY)


def hit_invitation(actor: Membership, address: str) -> None:
    """Count one mail by `actor` to a normalised address. Raises LimitedError."""
    organization, mailbox = str(actor.organization_id), fold_address(address)
    hit_all(
        [
            (COOL_DOWN, f"{organization}|{mailbox}"),
            (PER_SENDER, str(actor.user_id)),
            (PER_ORGANIZATION, organization),
            (PER_RECIPIENT, mailbox),
            (PER_RECIPIENT_A_DAY, mailbox),
        ]
    )

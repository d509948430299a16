"""Limits on mails to a new address, since its owner may not have asked for them."""

from datetime import timedelta

from accounts.addresses import fold_address
from accounts.login.rate_limits import hit_link
from accounts.models import User
from core.security.rate_limits import Limit, hit_all

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

PER_SENDER = Limit("address_change.sender", hits=10, per=DAY)
# Over all accounts.
PER_RECIPIENT = Limit("address_change.recipient", hits=3, per=HOUR)
PER_RECIPIENT_A_DAY = Limit("address_change.recipient_a_day", hits=5, per=DAY)


def hit_change(user: User, address: str, browser_hash: str) -> None:
    """Count one mail that asks `address` (normalised) to confirm a change by `user`. Raises LimitedError."""
    hit_link(address, browser_hash)
    mailbox = fold_address(address)
    hit_all([(PER_SENDER, str(user.pk)), (PER_RECIPIENT, mailbox), (PER_RECIPIENT_A_DAY, mailbox)])

"""The limit on new organisations, each of which may invite strangers."""

from datetime import timedelta

from accounts.addresses import fold_address
from accounts.models import User
from core.security.rate_limits import Limit, hit_all

PER_HOUR = Limit("organization.new", hits=3, per=timedelta(hours=1))
PER_DAY = Limit("organization.new_a_day", hits=5, per=timedelta(days=1))


def hit_new_organization(user: User) -> None:
    """Count one organisation that `user` founds. Raises LimitedError."""
    mailbox = fold_address(user.email)  # not the account, which can be closed and made again
    hit_all([(PER_HOUR, mailbox), (PER_DAY, mailbox)])

"""Limits on mailed invitations, since they go to people who did not ask for them."""

from datetime import timedelta

from accounts.addresses import fold_address
from core.security.rate_limits import Limit, hit_all
from organizations.models import Organization

COOL_DOWN = Limit("invitation.cool_down", hits=1, per=timedelta(minutes=1))
PER_ADDRESS = Limit("invitation.address", hits=5, per=timedelta(days=1))
PER_ORGANIZATION = Limit("invitation.organization", hits=50, per=timedelta(days=1))


def hit_invitation(organization: Organization, address: str) -> None:
    """Count one mail of `organization` to a normalised address. Raises LimitedError."""
    mailbox = f"{organization.pk}|{fold_address(address)}"
    hit_all([(COOL_DOWN, mailbox), (PER_ADDRESS, mailbox), (PER_ORGANIZATION, str(organization.pk))])

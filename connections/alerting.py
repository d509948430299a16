"""Having people told that callers may reach nobody: those who can mend it, a mail each, once an outage.

Both are called inside the transaction that finds the outage to be new, which no second one can.
"""

from collections.abc import Iterable

from connections.emails import send_connection_failing, send_number_lost
from connections.models import AnyConnection, TwilioConnection
from organizations.models import Membership, Organization
from organizations.permissions import Permission


def tell_of_connection(row: AnyConnection) -> None:
    """A connection fails since a while, or for a reason that waits for somebody."""
    assert row.told_at is not None  # noqa: S101 - for the type checker
    for member in _who_can_mend(row.organization):
        send_connection_failing.enqueue(row.provider, str(row.id), row.told_at.isoformat(), str(member.id))


def tell_of_number(twilio: TwilioConnection) -> None:
    """Vapi answered a number, and has it no more."""
    for member in _who_can_mend(twilio.organization):
        send_number_lost.enqueue(str(twilio.id), twilio.revision, str(member.id))


def _who_can_mend(organization: Organization) -> Iterable[Membership]:
    return Membership.objects.for_organization(organization).who_may(Permission.CONNECTION_MANAGE)

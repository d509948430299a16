"""Limits on the addresses that a network leaves, and on all of them, which bound the table."""

from datetime import timedelta

from accounts.login.rate_limits import NEIGHBOURHOOD, SUBSCRIBER, network
from core.request_context import current_request
from core.security.rate_limits import Limit, hit_all

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

PER_SUBSCRIBER = Limit("waiting.subscriber", hits=10, per=HOUR)
PER_NEIGHBOURHOOD = Limit("waiting.neighbourhood", hits=50, per=HOUR)
IN_ALL = Limit("waiting.in_all", hits=5000, per=DAY)


def hit_address() -> None:
    """Count one address left by the current request. Raises LimitedError."""
    client = current_request().client
    hit_all(
        [
            (PER_SUBSCRIBER, network(client, SUBSCRIBER)),
            (PER_NEIGHBOURHOOD, network(client, NEIGHBOURHOOD)),
            (IN_ALL, ""),
        ]
    )

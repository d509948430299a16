"""How often people may have us ask a provider: a page must not become a machine for trying keys or ringing people."""

from datetime import timedelta

from core.security.rate_limits import Limit, hit, hit_all
from organizations.models import Organization

ATTEMPTS = Limit("connections.attempts", hits=30, per=timedelta(hours=1))
TEST_CALLS = Limit("connections.test_calls", hits=5, per=timedelta(hours=1))
CALLS_TO_ONE = Limit("connections.calls_to_one", hits=5, per=timedelta(hours=1))


def hit_attempt(organization: Organization) -> None:
    """Count one question that somebody has us ask a provider. Raises `core.security.rate_limits.LimitedError`."""
    hit(ATTEMPTS, str(organization.pk))


def hit_test_call(organization: Organization, number: str) -> None:
    """Count one test call to a number (E.164), whichever organisation rings it. Raises LimitedError."""
    hit_all([(TEST_CALLS, str(organization.pk)), (CALLS_TO_ONE, number)])

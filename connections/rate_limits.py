"""Limits on requests to providers, so that pages cannot be used to guess keys or to harass callees."""

from datetime import timedelta

from core.security.rate_limits import Limit, hit, hit_all
from organizations.models import Organization

ATTEMPTS = Limit("connections.attempts", hits=30, per=timedelta(hours=1))
TEST_CALLS = Limit("connections.test_calls", hits=5, per=timedelta(hours=1))
CALLS_BACK = Limit("connections.calls_back", hits=60, per=timedelta(hours=1))
# Over all organisations.
CALLS_TO_ONE = Limit("connections.calls_to_one", hits=5, per=timedelta(hours=1))
CALLS_TO_ONE_A_DAY = Limit("connections.calls_to_one_a_day", hits=15, per=timedelta(days=1))


def hit_attempt(organization: Organization) -> None:
    """Count one request to a provider on behalf of a user. Raises `core.security.rate_limits.LimitedError`."""
    hit(ATTEMPTS, str(organization.pk))


def hit_call_back(organization: Organization, number: str) -> None:
    """Count one call back, like a test call but with a limit of its own. Raises LimitedError."""
    hit_all([(CALLS_BACK, str(organization.pk)), (CALLS_TO_ONE, number), (CALLS_TO_ONE_A_DAY, number)])


def hit_test_call(organization: Organization, number: str) -> None:
    """Count one test call, by organisation and by called number (E.164) over all organisations. Raises LimitedError."""
    hit_all([(TEST_CALLS, str(organization.pk)), (CALLS_TO_ONE, number), (CALLS_TO_ONE_A_DAY, number)])

"""Tells the connection that its account is at fault, so that no page contradicts another."""

from connections.health.checks import check_connection
from connections.problems import OF_THE_ACCOUNT, ProviderError
from connections.vapi.model import VapiConnection


def report_account_problem(error: ProviderError, vapi: VapiConnection) -> None:
    """Have the connection checked at once where a request failed because of the account."""
    if error.problem in OF_THE_ACCOUNT and not vapi.is_failing:
        check_connection.enqueue(vapi.provider, str(vapi.pk))

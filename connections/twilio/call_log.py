"""The calls that came in to a number, as Twilio lists them."""

from collections.abc import Iterator
from datetime import UTC, datetime

from connections.enums import Provider
from connections.problems import Problem, ProviderError
from connections.twilio.answers import LoggedCall
from connections.twilio.client import TwilioClient

MOST_PAGES = 40
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})  # of CallEnumStatus


def iterate_incoming(client: TwilioClient, number: str, *, since: datetime) -> Iterator[LoggedCall]:
    """The ended calls from telephones to a number (E.164) that began at or after `since`, or earlier that day (UTC).

    Raises ProviderError, also where the pages do not end.
    """
    paging: dict[str, str] = {}
    for _page in range(MOST_PAGES):
        page = client.list_calls_to(number, since=since.astimezone(UTC).date(), paging=paging)
        yield from (call for call in page.calls if _is_incoming(call, number))
        if not page.following:
            return
        paging = page.following
    raise ProviderError(Problem.UNREADABLE_ANSWER, Provider.TWILIO, detail="a list without an end")


def _is_incoming(call: LoggedCall, number: str) -> bool:
    """The list may also hold legs that other calls opened, and calls that the account placed to its own number."""
    return (
        call.direction == "inbound"
        and not call.parent_sid
        and call.to_number == number
        and call.status in ENDED
    )

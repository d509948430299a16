"""Lists what an account at Vapi holds: other keys may be of the same account, which shows by the ids in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from connections.enums import Provider
from connections.problems import Problem, ProviderError
from connections.vapi.answers import RemoteAssistant
from connections.vapi.client import VapiClient
from core.http.client import TooLargeError

# Assistants a request: ours are within the client's limit for an answer, even with the longest instructions.
PAGE = 25
MOST_PAGES = 400


@dataclass(frozen=True)
class Holdings:
    """The ids of the assistants and phone numbers that exist in an account."""

    assistants: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


def read_holdings(client: VapiClient) -> Holdings:
    """Ask Vapi for all assistants and phone numbers of an account. Raises ProviderError."""
    return Holdings(
        assistants=frozenset(each.id for each in iterate_assistants(client)),
        numbers=frozenset(each.id for each in client.list_phone_numbers()),
    )


def iterate_assistants(client: VapiClient) -> Iterator[RemoteAssistant]:
    """The assistants of an account, the newest first, a page a request.

    Raises ProviderError, also where the pages do not end: one may be on a page that was not read.
    """
    before: datetime | None = None
    for _page in range(MOST_PAGES):
        page, limit = _read_page(client, before, PAGE)
        yield from page
        if len(page) < limit:
            return
        oldest = page[-1].created_at  # the next page starts there
        if oldest is None or (before is not None and oldest >= before):
            break
        before = oldest
    raise ProviderError(Problem.UNREADABLE_ANSWER, Provider.VAPI, detail="a list without an end")


def _read_page(client: VapiClient, before: datetime | None, limit: int) -> tuple[list[RemoteAssistant], int]:
    """A page, and how many assistants were asked for: fewer where very long ones do not fit into one answer."""
    try:
        return client.list_assistants(limit=limit, created_at_lt=before), limit
    except ProviderError as error:
        if limit == 1 or not isinstance(error.__cause__, TooLargeError):
            raise
    return _read_page(client, before, limit // 5)

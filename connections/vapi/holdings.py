"""Lists what an account at Vapi holds: other keys may be of the same account, which shows by the ids in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from connections.vapi.client import Json, VapiClient

PAGE = 25  # assistants a request: even with the longest instructions, within the client's limit for an answer


@dataclass(frozen=True)
class Holdings:
    """The ids of the assistants and phone numbers that exist in an account."""

    assistants: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


def read_holdings(client: VapiClient) -> Holdings:
    """Ask Vapi for all assistants and phone numbers of an account. Raises ProviderError."""
    return Holdings(
        assistants=frozenset(str(each["id"]) for each in iterate_assistants(client)),
        numbers=frozenset(str(each["id"]) for each in client.list_phone_numbers()),
    )


def iterate_assistants(client: VapiClient) -> Iterator[Json]:
    """The assistants of an account, the newest first, a page a request. Raises ProviderError."""
    before: datetime | None = None
    while True:
        page = client.list_assistants(limit=PAGE, created_at_lt=before)
        yield from page
        before = _oldest(page)
        if before is None or len(page) < PAGE:
            return


def _oldest(page: list[Json]) -> datetime | None:
    """When the last assistant of a page was created: the next page starts there."""
    try:
        return datetime.fromisoformat(page[-1]["createdAt"])
    except (IndexError, KeyError, TypeError, ValueError):
        return None

"""Lists the calls of an account that changed, page by page. Vapi's list has no cursor."""

from collections.abc import Iterator
from datetime import datetime

from connections.enums import Provider
from connections.problems import Problem, ProviderError
from connections.vapi.answers import Call
from connections.vapi.client import VapiClient

PAGE = 20  # calls a request: with their transcripts they are within the client's limit for an answer
MOST_PAGES = 1000


def iterate_calls(client: VapiClient, *, since: datetime) -> Iterator[Call]:
    """The calls that changed at or after `since`, the newest first, each once.

    The next page starts at the oldest call of the last one, which comes again: calls may begin in the same millisecond.
    Raises ProviderError, also where the pages do not end.
    """
    before: datetime | None = None
    seen: set[str] = set()
    for _page in range(MOST_PAGES):
        page = client.list_calls(limit=PAGE, updated_at_ge=since, created_at_le=before)
        fresh = [call for call in page if call.id not in seen]
        yield from fresh
        if len(page) < PAGE:
            return
        seen.update(call.id for call in fresh)
        before = page[-1].created_at
        if not fresh or before is None:
            break
    raise ProviderError(Problem.UNREADABLE_ANSWER, Provider.VAPI, detail="a list without an end")

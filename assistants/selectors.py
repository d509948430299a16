"""An organisation's assistants, a page at a time, narrowed by what the address asks for."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from assistants.catalog.presets import Persona
from assistants.models import Assistant
from assistants.sync.mirrored import SyncState
from organizations.models import Organization

PAGE = 24  # cards
LONGEST_SEARCH = 100  # characters


@dataclass(frozen=True)
class Filters:
    """What the address asks for; what it cannot mean is left out without a word."""

    q: str = ""
    state: str = ""
    language: str = ""
    persona: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """The filters of a query string."""
        return cls(
            q=query.get("q", "").strip()[:LONGEST_SEARCH],
            state=_one_of(SyncState.values, query.get("state", "")),
            language=_one_of(dict(settings.LANGUAGES), query.get("language", "")),
            persona=_one_of(Persona.values, query.get("persona", "")),
        )

    @property
    def query(self) -> dict[str, str]:
        """As an address writes them."""
        return {name: value for name, value in vars(self).items() if value}

    @property
    def folded(self) -> int:
        """How many narrow the list besides the search, which is never folded away."""
        return len(self.query.keys() - {"q"})


@dataclass(frozen=True)
class Page:
    """Some assistants, and after which of them the next page begins, if there is one."""

    assistants: list[Assistant]
    before: uuid.UUID | None


def read_page(organization: Organization, filters: Filters, before: str = "") -> Page:
    """The newest, or those before one of them. Keyset: what is made meanwhile moves nothing."""
    own = Assistant.objects.for_organization(organization)
    columns = {"sync_state": filters.state, "language": filters.language, "persona": filters.persona}
    rows = own.matching(filters.q).filter(**{name: value for name, value in columns.items() if value})
    mark = own.filter(id=identity).first() if (identity := _uuid(before)) else None
    found = list(rows.before(mark).listed()[: PAGE + 1])
    shown = found[:PAGE]
    return Page(shown, shown[-1].id if len(found) > PAGE else None)


def _one_of(known: Mapping[str, object] | list[str], value: str) -> str:
    return value if value in known else ""


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None

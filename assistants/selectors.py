"""An organisation's assistants, a page at a time, filtered by text, state, language and trade."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from assistants.catalog.presets import Persona
from assistants.models import Assistant
from assistants.states import AssistantState, in_state
from core.web.pages import Filters, Page, keyset_page, one_of
from organizations.models import Organization

PAGE_SIZE = 24  # cards
LONGEST_SEARCH = 100  # characters


@dataclass(frozen=True)
class AssistantFilters(Filters):
    """The filters of the list's address; an unknown value does not narrow."""

    q: str = ""
    state: str = ""
    language: str = ""
    persona: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "AssistantFilters":
        return cls(
            q=query.get("q", "").strip()[:LONGEST_SEARCH],
            state=one_of(AssistantState.values, query.get("state", "")),
            language=one_of(dict(settings.LANGUAGES), query.get("language", "")),
            persona=one_of(Persona.values, query.get("persona", "")),
        )

    @property
    def folded(self) -> int:
        """How many are set besides the search, which stays visible on a phone."""
        return len(self.query.keys() - {"q"})


def read_assistants(
    organization: Organization, filters: AssistantFilters, cursor: str = ""
) -> Page[Assistant]:
    """The newest assistants that match, or those older than the assistant that `cursor` names."""
    scope = Assistant.objects.for_organization(organization)
    columns = {"language": filters.language, "persona": filters.persona}
    rows = scope.matching(filters.q).filter(**{name: value for name, value in columns.items() if value})
    rows = rows.filter(in_state(filters.state)) if filters.state else rows
    return keyset_page(rows, cursor=cursor, scope=scope, newest_by="created_at", size=PAGE_SIZE)

"""The filters of the desk, as its address holds them, and what they mean as a query."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from core.web.pages import Filters, one_of, to_uuid
from desk.enums import ItemKind
from desk.models import Item
from desk.querysets import ItemQuerySet
from organizations.models import Membership

MINE, SNOOZED, DONE = "mine", "snoozed", "done"
# The tabs of the page. Without a state: what waits now.
STATES: dict[str, str | Promise] = {
    "": pgettext_lazy("requests that are", "Open"),
    MINE: pgettext_lazy("requests that are", "Mine"),
    SNOOZED: pgettext_lazy("requests that are", "Put off"),
    DONE: pgettext_lazy("requests that are", "Done"),
}


@dataclass(frozen=True)
class DeskFilters(Filters):
    """The filters of the address; an unknown value does not narrow. `person` is the id of a membership."""

    state: str = ""
    kind: str = ""
    person: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "DeskFilters":
        return cls(
            state=one_of(STATES, query.get("state", "")),
            kind=one_of(ItemKind.values, query.get("kind", "")),
            person=str(to_uuid(query.get("person", "")) or ""),
        )

    @property
    def folded(self) -> int:
        """How many are set besides the tab."""
        return len(self.query.keys() - {"state"})

    @property
    def newest_by(self) -> str:
        """The column that orders the list, largest first: done items by when, the others by their weight."""
        return "done_at" if self.state == DONE else "weight"


def filter_items(reader: Membership, filters: DeskFilters) -> ItemQuerySet:
    """The items of the reader's organisation that match, in no order."""
    rows = _of_state(Item.objects.for_organization(reader.organization), reader, filters.state)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.person:
        rows = rows.filter(assigned_to=UUID(filters.person))
    return rows


def _of_state(rows: ItemQuerySet, reader: Membership, state: str) -> ItemQuerySet:
    if state == DONE:
        return rows.done()
    if state == SNOOZED:
        return rows.snoozed()
    return rows.waiting().filter(assigned_to=reader) if state == MINE else rows.waiting()

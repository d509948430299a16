"""Reads of items: a page of the desk, whether it has news, and how many items wait."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from calls.contacts.models import Contact
from calls.contacts.selectors import names_for
from calls.models import Call
from calls.querysets import CallQuerySet
from calls.summaries.models import Urgency
from core.web.pages import Page, keyset_page
from desk.enums import ItemKind
from desk.items.filters import DeskFilters, filter_items
from desk.models import Item
from organizations.models import Membership, Organization

PAGE_SIZE = 25  # rows
# A change may be committed after a later one, or dated by a slower clock: changes of so long ago are shown again.
OVERLAP = timedelta(seconds=5)
ICONS = {
    ItemKind.MESSAGE: "message-square-text",
    ItemKind.CALLBACK: "phone-outgoing",
    ItemKind.APPOINTMENT: "calendar-check",
    ItemKind.COMPLAINT: "triangle-alert",
    ItemKind.MISSED: "phone-missed",
}
TONES = {Urgency.URGENT.value: "bad", Urgency.NORMAL.value: "info", Urgency.LOW.value: "hollow"}


@dataclass(frozen=True)
class ItemRow:
    """An item as the pages show it. `name` is the caller's, "" where it is not known."""

    item: Item
    name: str

    @property
    def icon(self) -> str:
        return ICONS.get(ItemKind(self.item.kind), "phone") if self.item.kind in ItemKind.values else "phone"

    @property
    def tone(self) -> str:
        """The colour of the badge that says how urgent it is."""
        return TONES.get(self.item.urgency, "hollow")

    @property
    def is_name_unsure(self) -> bool:
        """Whether the name shown is one that the assistant may have misheard."""
        return self.name == self.item.caller_name and "caller_name" in self.item.unsure


def read_items(reader: Membership, filters: DeskFilters, cursor: str = "") -> Page[Item]:
    """The first items that match, or those after the item that `cursor` names; with the people they are assigned to."""
    return keyset_page(
        filter_items(reader, filters).select_related("assigned_to__user"),
        cursor=cursor,
        # An item that was opened again meanwhile has no time of its end: the list begins anew.
        scope=Item.objects.for_organization(reader.organization).filter(
            **{f"{filters.newest_by}__isnull": False}
        ),
        newest_by=filters.newest_by,
        size=PAGE_SIZE,
    )


def as_rows(organization: Organization, items: Iterable[Item]) -> list[ItemRow]:
    """Items with the names of their callers: as the organisation wrote them, else as they said them."""
    items = list(items)
    names = names_for(organization, [item.customer_number for item in items])
    return [ItemRow(item, names.get(item.customer_number) or item.caller_name) for item in items]


def calls_of(item: Item) -> CallQuerySet:
    """The calls that belong to an item, newest first."""
    return Call.objects.filter(desk_link__item=item).select_related("assistant").newest_first()


def count_waiting(organization: Organization, *, at_most: int) -> int:
    """How many items wait for a person now; it counts no further than `at_most`."""
    return Item.objects.for_organization(organization).waiting().order_by()[:at_most].count()


def read_waiting(organization: Organization, *, at_most: int, shown: int) -> tuple[int, list[ItemRow]]:
    """How many items wait, as `count_waiting`, and the most urgent of them, in one query."""
    names = Contact.objects.filter(organization=OuterRef("organization"), number=OuterRef("customer_number"))
    waiting = Item.objects.for_organization(organization).waiting().defer("wishes")
    items: list[Any] = list(waiting.annotate(contact_name=Subquery(names.values("name")[:1]))[:at_most])
    return len(items), [ItemRow(item, item.contact_name or item.caller_name) for item in items[:shown]]


def people_of(organization: Organization) -> list[tuple[str, str]]:
    """The ids and names of the members, as choices of a filter."""
    members = Membership.objects.for_organization(organization)
    return [(str(member.pk), member.user.display_name) for member in members]


def news_mark() -> str:
    """What an open list sends back to learn of changes since now."""
    return (timezone.now() - OVERLAP).isoformat()


def has_news(organization: Organization, mark: str) -> bool:
    """Whether an item has changed since `mark`; True for a mark that is none."""
    since = _moment(mark)
    return since is None or Item.objects.for_organization(organization).changed_since(since).exists()


def _moment(mark: str) -> datetime | None:
    try:
        moment = parse_datetime(mark)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None

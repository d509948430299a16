"""Reads of names, of the list of contacts, and of the caller behind a number."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q
from django.http import Http404

from calls.contacts.models import Contact, ContactQuerySet
from calls.models import Call
from core.web.pages import Filters, Page, to_uuid
from organizations.models import Organization

PAGE_SIZE = 25  # rows
LONGEST_SEARCH = 100  # characters
MOST_NAMED = 200  # numbers that a search for calls takes by their names


@dataclass(frozen=True)
class Caller:
    """A number (E.164) that called or was called. `key` stands for it in addresses, which must not hold the number."""

    key: uuid.UUID
    number: str
    name: str = ""
    is_contact: bool = False  # whether `key` is the id of its contact, else of one of its calls


@dataclass(frozen=True)
class ContactFilters(Filters):
    """The search of the list: a part of a name or of a number."""

    q: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "ContactFilters":
        return cls(q=query.get("q", "").strip()[:LONGEST_SEARCH])


@dataclass(frozen=True)
class ContactRow:
    """A contact as the list shows it, with the number of its calls and the time of the newest."""

    contact: Contact
    count: int
    last_at: datetime | None


def names_for(organization: Organization, numbers: Iterable[str]) -> dict[str, str]:
    """The names of those of the numbers (E.164) that have one, in one query."""
    wanted = {number for number in numbers if number}
    if not wanted:
        return {}
    contacts = Contact.objects.for_organization(organization).filter(number__in=wanted)
    return dict(contacts.values_list("number", "name"))


def numbers_named(organization: Organization, text: str) -> list[str]:
    """Numbers with `text` in their names, `MOST_NAMED` at most."""
    contacts = Contact.objects.for_organization(organization).named_like(text)
    return list(contacts.order_by().values_list("number", flat=True)[:MOST_NAMED])


def find_caller(organization: Organization, key: uuid.UUID) -> Caller:
    """The caller for the id of a contact, or of a call. Raises Http404, also for a call with a withheld number."""
    contacts = Contact.objects.for_organization(organization)
    contact = contacts.filter(pk=key).first()
    if contact is not None:
        return Caller(key, contact.number, contact.name, is_contact=True)
    call = Call.objects.for_organization(organization).filter(pk=key).exclude(customer_number="").first()
    if call is None:
        raise Http404
    names = names_for(organization, [call.customer_number])
    return Caller(key, call.customer_number, names.get(call.customer_number, ""))


def read_contacts(organization: Organization, filters: ContactFilters, cursor: str = "") -> Page[Contact]:
    """The contacts that match, by name: the first ones, or those after the contact that `cursor` names."""
    own = Contact.objects.for_organization(organization)
    rows = _search(own, filters.q) if filters.q else own
    identity = to_uuid(cursor)
    mark = own.filter(pk=identity).first() if identity else None
    if mark is not None:
        rows = rows.filter(name__gte=mark.name).filter(Q(name__gt=mark.name) | Q(pk__gt=mark.pk))
    found = list(rows.order_by("name", "id")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return Page(shown, shown[-1].pk if len(found) > PAGE_SIZE else None)


def with_activity(organization: Organization, contacts: list[Contact]) -> list[ContactRow]:
    """The contacts with what is known of their calls, in one query over the index of numbers."""
    own = Call.objects.for_organization(organization).filter(
        customer_number__in=[each.number for each in contacts]
    )
    sums = own.order_by().values("customer_number").annotate(count=Count("pk"), last_at=Max("created_at"))
    found = {each["customer_number"]: (each["count"], each["last_at"]) for each in sums}
    return [ContactRow(each, *found.get(each.number, (0, None))) for each in contacts]


def _search(contacts: ContactQuerySet, text: str) -> ContactQuerySet:
    digits = "".join(filter(str.isdigit, text)).lstrip("0")
    by_name = Q(name__icontains=text)
    return contacts.filter(by_name | Q(number__contains=digits) if len(digits) > 2 else by_name)

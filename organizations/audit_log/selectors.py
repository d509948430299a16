"""Looking back at what happened in an organisation: a page at a time, narrowed by what, who and when."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.audit.querysets import AuditEventQuerySet
from core.models import AuditEvent
from organizations.audit_log.descriptions import GROUPS, sentence_of
from organizations.models import Organization

PAGE = 20  # rows
PERIODS: dict[str, tuple[str | Promise, timedelta]] = {
    "7": (_("Last 7 days"), timedelta(days=7)),
    "30": (_("Last 30 days"), timedelta(days=30)),
    "365": (_("Last 12 months"), timedelta(days=365)),
}


@dataclass(frozen=True)
class Filters:
    """What the address asks for; what it cannot mean is left out without a word."""

    group: str = ""
    person: str = ""
    period: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """The filters of a query string."""
        group, person, period = query.get("group", ""), query.get("person", ""), query.get("period", "")
        return cls(
            group=group if group in GROUPS else "",
            person=str(found) if (found := _uuid(person)) else "",
            period=period if period in PERIODS else "",
        )

    @property
    def query(self) -> dict[str, str]:
        """As an address writes them."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class Entry:
    """One line: who (nobody: the machine), what, when."""

    who: str
    sentence: SafeString
    at: datetime
    ip: str | None


@dataclass(frozen=True)
class Page:
    """Some lines, and before which event the next page begins, if there is one."""

    entries: list[Entry]
    before: uuid.UUID | None


def read_page(organization: Organization, filters: Filters, before: str = "") -> Page:
    """The newest lines, or those before an event. Keyset: rows written meanwhile move nothing."""
    rows = _narrow(AuditEvent.objects.for_organization(organization.pk), filters)
    found = list(_before(rows, organization, before).order_by("-at", "-id")[: PAGE + 1])
    shown = found[:PAGE]
    entries = [Entry(row.actor_label, sentence_of(row), row.at, row.ip) for row in shown]
    return Page(entries, shown[-1].id if len(found) > PAGE else None)


def people(organization: Organization) -> list[tuple[str, str]]:
    """Whoever did something here, as `(id, label)`; people who left are among them."""
    rows = AuditEvent.objects.for_organization(organization.pk).exclude(actor_id=None).order_by("actor_label")
    seen = dict(rows.values_list("actor_id", "actor_label").distinct())
    return [(str(identity), label) for identity, label in seen.items()]


def _narrow(rows: AuditEventQuerySet, filters: Filters) -> AuditEventQuerySet:
    if filters.group:
        rows = rows.filter(action__in=list(GROUPS[filters.group].sentences))
    if filters.person:
        rows = rows.filter(Q(actor_id=filters.person) | Q(subject_id=filters.person))
    if filters.period:
        rows = rows.filter(at__gte=timezone.now() - PERIODS[filters.period][1])
    return rows


def _before(rows: AuditEventQuerySet, organization: Organization, before: str) -> AuditEventQuerySet:
    identity = _uuid(before)
    mark = (
        AuditEvent.objects.for_organization(organization.pk).filter(id=identity).first() if identity else None
    )
    if mark is None:
        return rows
    return rows.filter(Q(at__lt=mark.at) | Q(at=mark.at, id__lt=mark.id))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None

"""An organisation's audit events, a page at a time, filtered by kind, person and period."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.selectors import names_of
from core.audit.descriptions import actions_of, group_choices
from core.audit.querysets import AuditEventQuerySet
from core.models import AuditEvent
from core.web.pages import Filters, Page, keyset_page, one_of, to_uuid
from organizations.models import Organization

PAGE_SIZE = 20  # rows
PERIODS: dict[str, tuple[str | Promise, timedelta]] = {
    "7": (_("Last 7 days"), timedelta(days=7)),
    "30": (_("Last 30 days"), timedelta(days=30)),
    "365": (_("Last 12 months"), timedelta(days=365)),
}


@dataclass(frozen=True)
class AuditFilters(Filters):
    """The filters of the page's address; an unknown value does not narrow."""

    group: str = ""
    person: str = ""
    period: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "AuditFilters":
        return cls(
            group=one_of(group_choices(), query.get("group", "")),
            person=str(to_uuid(query.get("person", "")) or ""),
            period=one_of(PERIODS, query.get("period", "")),
        )


def read_events(organization: Organization, filters: AuditFilters, cursor: str = "") -> Page[AuditEvent]:
    """The newest events that match, or those older than the event that `cursor` names."""
    scope = AuditEvent.objects.for_organization(organization.pk)
    return keyset_page(_narrow(scope, filters), cursor=cursor, scope=scope, newest_by="at", size=PAGE_SIZE)


def people(organization: Organization) -> dict[uuid.UUID, str]:
    """Everyone who did something here, former members included: the names of accounts, else the events' labels."""
    rows = AuditEvent.objects.for_organization(organization.pk).exclude(actor_id=None).order_by("actor_label")
    seen = {
        identity: label
        for identity, label in rows.values_list("actor_id", "actor_label").distinct()
        if identity
    }
    labels = seen | names_of(seen)
    return dict(sorted(labels.items(), key=lambda person: person[1].casefold()))


def names_in(events: Iterable[AuditEvent], known: Mapping[uuid.UUID, str]) -> dict[uuid.UUID, str]:
    """The names of all people in `events`, who are either `known` actors or subjects."""
    subjects = {event.subject_id for event in events if event.subject_id} - set(known)
    return {**names_of(subjects), **known}


def _narrow(rows: AuditEventQuerySet, filters: AuditFilters) -> AuditEventQuerySet:
    if filters.group:
        rows = rows.filter(action__in=actions_of(filters.group))
    if filters.person:
        rows = rows.filter(Q(actor_id=filters.person) | Q(subject_id=filters.person))
    if filters.period:
        rows = rows.filter(at__gte=timezone.now() - PERIODS[filters.period][1])
    return rows

"""What needs attention besides the line: connections that fail, assistants out of step, calls without a report."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assistants.models import Assistant
from assistants.problems import explain_sync
from assistants.sync.mirrored import SyncState
from calls.history.selectors import CallRow
from calls.models import Call
from connections.problems import consequence_of
from connections.selectors import Connections
from organizations.models import Membership, Organization
from organizations.permissions import Permission

# A report comes within seconds, and the sweep asks for it every five minutes; a week later none will come.
REPORT_LATE, REPORT_GIVEN_UP = timedelta(minutes=15), timedelta(days=7)
ASSISTANTS_SHOWN = 3


@dataclass(frozen=True)
class Concern:
    """One row; `url` is "" where the reader may not act, `verb` is what the link does."""

    tone: str
    title: str | Promise
    text: str | Promise
    verb: str
    url: str


def concerns_for(
    membership: Membership, connections: Connections, newest: Sequence[CallRow]
) -> list[Concern]:
    """The most urgent first; `newest` are calls read with `late_reports`. One query."""
    organization = membership.organization
    return [
        *_of_connections(membership, connections),
        *_of_assistants(organization),
        *_of_reports(organization, newest),
    ]


def _of_connections(membership: Membership, connections: Connections) -> Iterable[Concern]:
    may_repair = membership.may(Permission.CONNECTION_MANAGE)
    url = reverse("connections:page", args=[membership.organization.slug]) if may_repair else ""
    for connection in connections.by_provider.values():
        explanation = connection.explanation
        if explanation:
            yield Concern("bad", explanation.what, consequence_of(connection.problem), _("Repair"), url)


def _of_assistants(organization: Organization) -> Iterable[Concern]:
    rows = Assistant.objects.for_organization(organization).filter(sync_state=SyncState.OUT_OF_STEP)
    for assistant in rows.only("name", "sync_problem", "refusal").order_by("-created_at")[:ASSISTANTS_SHOWN]:
        explanation = explain_sync(assistant.sync_problem, refusal=assistant.refusal)
        url = reverse("assistants:detail", args=[organization.slug, assistant.pk])
        yield Concern("warn", assistant.name, explanation.what, _("Look"), url)


def late_reports(organization: Organization) -> dict[str, Subquery]:
    """How many calls lack their report, and the newest of them, as columns for a query that has rows anyway."""
    now = timezone.now()
    late = Call.objects.for_organization(organization).customers().unreported()
    late = late.filter(ended_at__gt=now - REPORT_GIVEN_UP, ended_at__lt=now - REPORT_LATE)
    count = late.order_by().values("organization").annotate(count=Count("pk")).values("count")
    return {"late_count": Subquery(count), "late_id": Subquery(late.order_by("-ended_at").values("pk")[:1])}


def _of_reports(organization: Organization, newest: Sequence[CallRow]) -> Iterable[Concern]:
    found: Any = newest[0].call if newest else None
    if found and found.late_count:
        count = found.late_count
        title = ngettext("%(count)s call without a report", "%(count)s calls without a report", count)
        url = reverse("calls:detail", args=[organization.slug, found.late_id])
        text = _("What was said and the cost are missing. We ask Vapi again every five minutes.")
        yield Concern("warn", title % {"count": count}, text, _("See the call"), url)

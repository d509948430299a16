"""Resumes interrupted synchronisation, after a worker died or an account was disconnected and connected again."""

import uuid
from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django_tasks import task

from assistants.models import Assistant, Line
from assistants.problems import Reason
from assistants.sync.mirrored import LEASE_TIME, MirroredQuerySet, SyncState
from assistants.sync.phone_number import synchronize_line
from assistants.sync.services import synchronize_assistant
from connections.problems import HEALING
from core.clock import ended
from core.queue.schedule import periodic
from organizations.models import Organization

RETRIED_AFTER = timedelta(hours=1)


@periodic(every=timedelta(minutes=5))
@task()
def resume() -> None:
    """Enqueue the rows that wait without a task."""
    for assistant_id in _to_resume(Assistant.objects.all()):
        synchronize_assistant.enqueue(str(assistant_id))
    # A line without a number is requested when one is imported.
    for organization_id in _to_resume(Line.objects.exclude(sync_problem=Reason.NO_NUMBER)):
        synchronize_line.enqueue(str(organization_id))


def resume_organization(organization: Organization) -> None:
    """Queue what waits for the organisation's account, or failed because of it, in the caller's transaction.

    The assistants before the line: rows are locked in this order everywhere.
    """
    for assistant_id in _waiting_or_failed(Assistant.objects.for_organization(organization)):
        synchronize_assistant.enqueue(str(assistant_id))
    lines = Line.objects.for_organization(organization).exclude(sync_problem=Reason.NO_NUMBER)
    for organization_id in _waiting_or_failed(lines):
        synchronize_line.enqueue(str(organization_id))


def _waiting_or_failed(rows: MirroredQuerySet[Any]) -> list[uuid.UUID]:
    rows.filter(sync_state=SyncState.OUT_OF_STEP, sync_problem__in=HEALING).update(
        sync_state=SyncState.PENDING, sync_problem=""
    )
    return list(rows.waiting().unleased().values_list("pk", flat=True))


def _to_resume(rows: MirroredQuerySet[Any]) -> list[uuid.UUID]:
    """Keys of rows that wait without a task, or that failed for a reason that may have passed."""
    connected = rows.unleased().filter(organization__vapiconnection__isnull=False)
    connected_since = Q(organization__vapiconnection__connected_at__gt=F("held_until"))
    failed_long_ago = ended("held_until", RETRIED_AFTER, longest=LEASE_TIME)
    failed = connected.filter(sync_state=SyncState.OUT_OF_STEP, sync_problem__in=HEALING)
    failed.filter(connected_since | failed_long_ago).update(sync_state=SyncState.PENDING)
    return list(
        (connected.forgotten() | connected.waiting().filter(connected_since)).values_list("pk", flat=True)
    )

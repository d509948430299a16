"""Going on with what was interrupted: a worker that died, an account that was cut and connected again."""

import uuid
from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django_tasks import task

from assistants.models import Assistant, Line
from assistants.problems import Reason
from assistants.sync.mirrored import MirroredQuerySet, SyncState
from assistants.sync.phone_number import synchronize_line
from assistants.sync.services import synchronize_assistant
from connections.problems import PASSING, Problem
from core.queue.schedule import periodic

# Not the assistant's own doing: it may be gone by itself, or with other credentials.
HEALING = [
    *PASSING,
    Problem.VAPI_KEY,
    Problem.VAPI_NO_CREDIT,
    Problem.FORBIDDEN,
    Problem.SANDBOX_OFF,
    Problem.UNREADABLE_SECRET,
]
TRIED_AGAIN_AFTER = timedelta(hours=1)


@periodic(every=timedelta(minutes=5))
@task()
def resume() -> None:
    """Send what waits although no task will come for it."""
    for assistant_id in assistants_to_resume():
        synchronize_assistant.enqueue(str(assistant_id))
    for organization_id in lines_to_resume():
        synchronize_line.enqueue(str(organization_id))


def assistants_to_resume() -> list[uuid.UUID]:
    """Assistants that wait without a task, or were given up for a reason that may be gone."""
    return _to_resume(Assistant.objects.all())


def lines_to_resume() -> list[uuid.UUID]:
    """The same of lines, as the ids of their organisations; one without a number hears of it by itself."""
    return _to_resume(Line.objects.exclude(sync_problem=Reason.NO_NUMBER))


def _to_resume(rows: MirroredQuerySet[Any]) -> list[uuid.UUID]:
    connected = rows.unleased().filter(organization__vapiconnection__isnull=False)
    connected_since = Q(organization__vapiconnection__connected_at__gt=F("held_until"))
    long_given_up = Q(held_until__lt=timezone.now() - TRIED_AGAIN_AFTER)
    given_up = connected.filter(sync_state=SyncState.OUT_OF_STEP, sync_problem__in=HEALING)
    given_up.filter(connected_since | long_given_up).update(sync_state=SyncState.PENDING)
    return list(
        (connected.forgotten() | connected.waiting().filter(connected_since)).values_list("pk", flat=True)
    )

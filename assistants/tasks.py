"""What this room leaves to the queue. Arguments are ids; each may run twice."""

import uuid
from datetime import timedelta

from django_tasks import task
from django_tasks.base import TaskContext

from assistants import drifting, line, resuming, sync
from assistants.models import Assistant
from core.queue.retry import MAX_ATTEMPTS
from core.queue.schedule import periodic


@task(takes_context=True)
def synchronize_assistant(context: TaskContext, assistant_id: str) -> None:
    """Bring one assistant's twin at Vapi up to date."""
    sync.synchronize(uuid.UUID(assistant_id), last=context.attempt >= MAX_ATTEMPTS)


@task(takes_context=True)
def synchronize_line(context: TaskContext, organization_id: str) -> None:
    """Tell Vapi who answers one organisation's number."""
    line.synchronize_line(uuid.UUID(organization_id), last=context.attempt >= MAX_ATTEMPTS)


@task()
def compare_assistant(assistant_id: str) -> None:
    """See whether one assistant was changed at Vapi."""
    drifting.compare(uuid.UUID(assistant_id))


@periodic(every=timedelta(hours=1))
@task()
def compare_assistants() -> None:
    """See whether any assistant was changed at Vapi, each in a task of its own."""
    for identity in Assistant.objects.in_step().values_list("id", flat=True):
        compare_assistant.enqueue(str(identity))


@periodic(every=timedelta(minutes=5))
@task()
def resume() -> None:
    """Send what waits although no task will come for it."""
    for assistant_id in resuming.assistants_to_resume():
        synchronize_assistant.enqueue(str(assistant_id))
    for organization_id in resuming.lines_to_resume():
        synchronize_line.enqueue(str(organization_id))

"""Heartbeats of the workers, and recovery of the tasks of dead ones."""

import logging
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.clock import MAX_SKEW, ended
from core.models import WorkerBeat
from core.queue.retry import LONGEST_DELAY, MAX_ATTEMPTS, log_given_up

logger = logging.getLogger("core.queue")

BEAT_EVERY = timedelta(seconds=5)
DEAD_AFTER = timedelta(seconds=30)
WAITED_TOO_LONG = timedelta(minutes=5)


def beat(worker_id: str) -> None:
    """Record a worker's heartbeat."""
    WorkerBeat.objects.update_or_create(worker_id=worker_id, defaults={"at": timezone.now()})


def reap() -> int:
    """Make the tasks of dead workers ready again; return their number.

    A worker that is killed during a task leaves its row RUNNING. If its heartbeat has stopped, the row is made ready
    again, or failed after the last attempt. Tasks are idempotent, since one may run twice.
    """
    _bring_forward()
    alive = set(WorkerBeat.objects.exclude(ended("at", DEAD_AFTER)).values_list("worker_id", flat=True))
    running = DBTaskResult.objects.running().filter(ended("started_at", DEAD_AFTER))
    reaped = sum(_recover(row) for row in running if not (row.worker_ids and row.worker_ids[-1] in alive))
    WorkerBeat.objects.filter(at__lt=timezone.now() - timedelta(days=1)).delete()
    return reaped


def _bring_forward() -> None:
    """Make tasks ready that wait for longer than any retry: the clock that delayed them was fast."""
    latest = timezone.now() + LONGEST_DELAY + MAX_SKEW
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, run_after__gt=latest)
    waiting.exclude(run_after__year=9999).update(run_after=timezone.now())  # the library's "at once"


def _recover(row: DBTaskResult[Any, Any]) -> int:
    exhausted = len(row.worker_ids) >= MAX_ATTEMPTS
    unchanged = DBTaskResult.objects.filter(
        id=row.id, status=TaskResultStatus.RUNNING, started_at=row.started_at
    )
    changed = unchanged.update(
        status=TaskResultStatus.FAILED if exhausted else TaskResultStatus.READY,
        run_after=timezone.now(),
        exception_class_path="core.queue.WorkerDied",
        traceback="The worker died in the middle of this task.",
    )
    if changed and exhausted:
        log_given_up(row)
    elif changed:
        logger.warning("Task %s recovered from a dead worker", row.task_path, extra={"task_id": str(row.id)})
    return changed


def queue_problems() -> list[str]:
    """What keeps the queue from being served, as sentences for the health check."""
    late = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, enqueued_at__lt=timezone.now() - WAITED_TOO_LONG
    )
    due = late.filter(Q(run_after__year=9999) | Q(run_after__lt=timezone.now() - WAITED_TOO_LONG))
    return ["tasks wait for a worker"] if due.exists() else []

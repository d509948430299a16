"""What the database task queue does not have: retry with backoff, recovery after a crash, a schedule.

A task is a row (django-tasks-db). Its `worker_ids` grows by one at each attempt, so the row itself counts them and a
retry is the same row made ready again: nothing is copied, and the admin shows one line for one piece of work.
"""

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

from core.models import PeriodicRun, WorkerBeat
from core.security.redaction import redact

logger = logging.getLogger("core.queue")

MAX_ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(hours=1)
BEAT_EVERY = timedelta(seconds=5)
DEAD_AFTER = timedelta(seconds=30)
WAITED_TOO_LONG = timedelta(minutes=5)


class PermanentError(Exception):
    """Raised by a task that no retry can help: it fails at once and stays visible."""


def connect() -> None:
    """Hear of finished tasks; called once, when the apps are ready."""
    task_finished.connect(_retry_if_failed, dispatch_uid="core.queue.retry.retry")


def _retry_if_failed(sender: type, task_result: Any, **_: Any) -> None:
    if task_result.status != TaskResultStatus.FAILED:
        return
    row = DBTaskResult.objects.get(id=task_result.id)
    # A mail server's complaint may quote the mail, and with it the link.
    DBTaskResult.objects.filter(id=row.id).update(traceback=redact(row.traceback))
    # The worker tells of a failure while it handles the task's exception, of which the row keeps only words.
    retry_later(row, asked_for=wait_asked_by(sys.exception()))


def wait_asked_by(error: BaseException | None) -> timedelta:
    """How long a task's exception says not to come again: its `retry_after`, in seconds. An hour at most."""
    seconds = getattr(error, "retry_after", None)
    if not isinstance(seconds, int | float):
        return timedelta()
    return timedelta(seconds=min(max(seconds, 0), LONGEST_DELAY.total_seconds()))


def backoff(attempts: int) -> timedelta:
    """How long to wait after the given number of attempts: 5 s, 10 s, 20 s … one hour at most."""
    return min(FIRST_DELAY * (1 << max(attempts - 1, 0)), LONGEST_DELAY)


def retry_later(row: DBTaskResult[Any, Any], *, asked_for: timedelta = timedelta()) -> bool:
    """Make a failed row ready again, unless it had its attempts or says that none can help. True where it did.

    It waits for as long as its attempts ask for, or as the one who refused it did: whichever is longer.
    """
    attempts = len(row.worker_ids)
    permanent = row.exception_class_path == f"{PermanentError.__module__}.{PermanentError.__qualname__}"
    if permanent or attempts >= MAX_ATTEMPTS:
        _log_given_up(row)
        return False
    delay = max(backoff(attempts), asked_for)
    changed = DBTaskResult.objects.filter(id=row.id, status=TaskResultStatus.FAILED).update(
        status=TaskResultStatus.READY, run_after=timezone.now() + delay, finished_at=None
    )
    logger.warning("Task %s failed, again in %s", row.task_path, delay, extra={"task_id": str(row.id)})
    return bool(changed)


def _log_given_up(row: DBTaskResult[Any, Any]) -> None:
    attempts = len(row.worker_ids)
    logger.error("Task %s gave up after %s attempts", row.task_path, attempts, extra={"task_id": str(row.id)})


def run_again(row: DBTaskResult[Any, Any]) -> bool:
    """An operator's retry: the failed row starts over, its attempts forgotten. True where it was still failed."""
    return bool(
        DBTaskResult.objects.filter(id=row.id, status=TaskResultStatus.FAILED).update(
            status=TaskResultStatus.READY, run_after=timezone.now(), finished_at=None, worker_ids=[]
        )
    )


def beat(worker_id: str) -> None:
    """Say that this worker lives."""
    WorkerBeat.objects.update_or_create(worker_id=worker_id, defaults={"at": timezone.now()})


def reap() -> int:
    """Give the tasks of dead workers to the living; returns how many.

    A worker killed in the middle of a task leaves its row RUNNING for ever. Its beat has stopped, so the row is made
    ready again (or failed, after the last attempt). Tasks are idempotent: they may run twice.
    """
    alive = set(
        WorkerBeat.objects.filter(at__gt=timezone.now() - DEAD_AFTER).values_list("worker_id", flat=True)
    )
    reaped = 0
    running = DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - DEAD_AFTER)
    for row in running:
        if row.worker_ids and row.worker_ids[-1] in alive:
            continue
        exhausted = len(row.worker_ids) >= MAX_ATTEMPTS
        changed = DBTaskResult.objects.filter(
            id=row.id, status=TaskResultStatus.RUNNING, started_at=row.started_at
        ).update(
            status=TaskResultStatus.FAILED if exhausted else TaskResultStatus.READY,
            run_after=timezone.now(),
            exception_class_path="core.queue.retry.WorkerDied",
            traceback="The worker died in the middle of this task.",
        )
        if changed and exhausted:
            _log_given_up(row)
        elif changed:
            logger.warning(
                "Task %s recovered from a dead worker", row.task_path, extra={"task_id": str(row.id)}
            )
        reaped += changed
    WorkerBeat.objects.filter(at__lt=timezone.now() - timedelta(days=1)).delete()
    return reaped


def queue_problems() -> list[str]:
    """What keeps the queue from being served, in plain words; empty where it is."""
    late = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, enqueued_at__lt=timezone.now() - WAITED_TOO_LONG
    )
    due = late.filter(Q(run_after__year=9999) | Q(run_after__lt=timezone.now() - WAITED_TOO_LONG))
    return ["tasks wait for a worker"] if due.exists() else []


@dataclass(frozen=True)
class Periodic:
    """A task and how often it is due."""

    task: Task[[], Any]
    every: timedelta


_schedule: dict[str, Periodic] = {}


def periodic(*, every: timedelta) -> Callable[[Task[[], Any]], Task[[], Any]]:
    """Put a task without arguments on the schedule: `@periodic(every=timedelta(hours=1))` above `@task()`."""

    def register(task: Task[[], Any]) -> Task[[], Any]:
        _schedule[task.module_path] = Periodic(task, every)
        return task

    return register


def tick(now: datetime | None = None) -> list[str]:
    """Enqueue what is due, once over all workers; returns the names of what this call enqueued."""
    now = now or timezone.now()
    started = []
    for name, entry in _schedule.items():
        seconds = int(entry.every.total_seconds())
        slot = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
        if PeriodicRun.objects.filter(name=name, slot=slot).exists():
            continue
        try:
            # The unique (name, slot) decides between workers that arrive together.
            with transaction.atomic():
                PeriodicRun.objects.create(name=name, slot=slot)
                entry.task.enqueue()
        except IntegrityError:
            continue
        started.append(name)
    PeriodicRun.objects.filter(slot__lt=now - timedelta(days=7)).delete()
    return started

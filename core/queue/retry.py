"""Retries failed tasks with a growing delay.

A task is a row of django-tasks-db. Its `worker_ids` grows by one at each attempt, so the row counts its attempts, and a
retry makes the same row ready again: the admin shows one line for each task.
"""

import logging
import sys
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

from core.security.redaction import redact

logger = logging.getLogger("core.queue")

MAX_ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(hours=1)


class PermanentError(Exception):
    """Raised by a task that no retry can help: it fails at once and stays visible."""


def connect() -> None:
    """Subscribe to finished tasks; called by `CoreConfig.ready`."""
    task_finished.connect(_retry_if_failed, dispatch_uid="core.queue.retry")


def _retry_if_failed(sender: type, task_result: Any, **_: Any) -> None:
    if task_result.status != TaskResultStatus.FAILED:
        return
    row = DBTaskResult.objects.get(id=task_result.id)
    # A mail server's error may quote the mail, and with it the link.
    DBTaskResult.objects.filter(id=row.id).update(traceback=redact(row.traceback))
    # The signal is sent while the worker handles the task's exception; the row keeps only its text.
    retry_later(row, asked_for=wait_asked_by(sys.exception()))


def wait_asked_by(error: BaseException | None) -> timedelta:
    """The delay that a task's exception asks for: its `retry_after`, in seconds, at most an hour."""
    seconds = getattr(error, "retry_after", None)
    if not isinstance(seconds, int | float):
        return timedelta()
    return timedelta(seconds=min(max(seconds, 0), LONGEST_DELAY.total_seconds()))


def backoff(attempts: int) -> timedelta:
    """The delay after so many attempts: 5 s, 10 s, 20 s … at most an hour."""
    return min(FIRST_DELAY * (1 << max(attempts - 1, 0)), LONGEST_DELAY)


def retry_later(row: DBTaskResult[Any, Any], *, asked_for: timedelta = timedelta()) -> bool:
    """Make a failed row ready again; False if it has used its attempts or its failure is permanent.

    It waits for `asked_for` or for the delay of its attempts, whichever is longer.
    """
    attempts = len(row.worker_ids)
    permanent = row.exception_class_path == f"{PermanentError.__module__}.{PermanentError.__qualname__}"
    if permanent or attempts >= MAX_ATTEMPTS:
        log_given_up(row)
        return False
    delay = max(backoff(attempts), asked_for)
    changed = DBTaskResult.objects.filter(id=row.id, status=TaskResultStatus.FAILED).update(
        status=TaskResultStatus.READY, run_after=timezone.now() + delay, finished_at=None
    )
    logger.warning("Task %s failed, again in %s", row.task_path, delay, extra={"task_id": str(row.id)})
    return bool(changed)


def log_given_up(row: DBTaskResult[Any, Any]) -> None:
    """Log that a task is not tried again."""
    attempts = len(row.worker_ids)
    logger.error("Task %s gave up after %s attempts", row.task_path, attempts, extra={"task_id": str(row.id)})


def run_again(row: DBTaskResult[Any, Any]) -> bool:
    """Start a failed row over, with no attempts counted; False if it was not failed."""
    return bool(
        DBTaskResult.objects.filter(id=row.id, status=TaskResultStatus.FAILED).update(
            status=TaskResultStatus.READY, run_after=timezone.now(), finished_at=None, worker_ids=[]
        )
    )

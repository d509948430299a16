"""Enqueues each periodic task once a period, over all workers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks.base import Task

from core.models import PeriodicRun


@dataclass(frozen=True)
class Periodic:
    """An entry of the schedule."""

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
    """Enqueue the tasks that are due; return the names of those that this call enqueued."""
    now = now or timezone.now()
    started = []
    for name, entry in _schedule.items():
        seconds = int(entry.every.total_seconds())
        slot = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
        if PeriodicRun.objects.filter(name=name, slot=slot).exists():
            continue
        try:
            # Of workers that arrive together, the unique (name, slot) lets one succeed.
            with transaction.atomic():
                PeriodicRun.objects.create(name=name, slot=slot)
                entry.task.enqueue()
        except IntegrityError:
            continue
        started.append(name)
    PeriodicRun.objects.filter(slot__lt=now - timedelta(days=7)).delete()
    return started

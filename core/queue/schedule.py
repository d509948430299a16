"""Enqueues each periodic task once a period, over all workers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks.base import Task

from core.clock import MAX_SKEW
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
    if (
        started
    ):  # once a period at most, so that two clocks that disagree do not undo each other at every tick
        _forget_other_slots(now)
    return started


def _forget_other_slots(now: datetime) -> None:
    """Delete old slots, and those that a fast clock has used up before their time."""
    old, not_begun = Q(slot__lt=now - timedelta(days=7)), Q(slot__gt=now + MAX_SKEW)
    PeriodicRun.objects.filter(old | not_begun).delete()

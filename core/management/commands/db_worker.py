"""The worker: django-tasks-db's own, with a thread that recovers tasks of dead workers and runs the schedule."""

import logging
import threading
import time
from typing import Any

from django.db import DatabaseError, close_old_connections, connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands import db_worker

from core.queue import schedule, workers

logger = logging.getLogger("core.queue")


class Beat(threading.Thread):
    """Every few seconds: sends a heartbeat, recovers tasks, enqueues periodic ones."""

    def __init__(self, worker_id: str) -> None:
        super().__init__(name="worker-beat", daemon=True)
        self.worker_id = worker_id

    def run(self) -> None:
        pause = threading.Event()
        while True:
            self._once()
            pause.wait(workers.BEAT_EVERY.total_seconds())

    def _once(self) -> None:
        close_old_connections()
        try:
            workers.beat(self.worker_id)
            workers.reap()
            schedule.tick()
        except DatabaseError:
            logger.warning("The beat met a database error; it goes on", exc_info=True)
        finally:
            connections.close_all()


class Command(db_worker.Command):
    def handle(self, *, worker_id: str, batch: bool, interval: float, **options: Any) -> None:
        """Start the beat, then work the queue; continue after a lost database connection.

        With `batch`, only do the tasks that are waiting: without the beat, and once.
        """
        options |= {"batch": batch, "interval": min(interval, 0.5)}
        if batch:
            return super().handle(worker_id=worker_id, **options)
        beat = Beat(worker_id)
        beat.start()
        while True:
            try:
                return super().handle(worker_id=beat.worker_id, **options)
            except DatabaseError:
                logger.warning("The worker met a database error; it begins again", exc_info=True)
            # Under a new id: a task that it could not finish then belongs to a dead worker, and is recovered.
            beat.worker_id = get_random_string(32)
            connections.close_all()
            time.sleep(workers.BEAT_EVERY.total_seconds())

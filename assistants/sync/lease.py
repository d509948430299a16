"""The lease that lets one task at a time talk to Vapi for a row, and how the task saves its outcome.

Two tasks for one row are normal: a second edit, or a task that took over from a dead worker. The task with the lease
continues, the other one is retried later. A lease ends by itself after `LEASE_TIME`.
"""

import uuid
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from assistants.sync.mirrored import LEASE_TIME, Mirrored, MirroredQuerySet, SyncState
from connections.problems import ProviderError

Row = TypeVar("Row", bound=Mirrored)


class LeasedError(Exception):
    """Another task has the lease; the queue retries."""


def acquire_lease(rows: MirroredQuerySet[Row], pk: uuid.UUID) -> Row | None:
    """The row as it is now, leased to the caller; None where there is nothing to tell Vapi.

    Raises LeasedError.
    """
    holder = uuid.uuid4()
    waiting = rows.waiting().filter(pk=pk)
    if waiting.unleased().update(held_by=holder, held_until=timezone.now() + LEASE_TIME):
        return rows.select_related("organization").filter(pk=pk, held_by=holder).first()
    if waiting.exists():
        raise LeasedError
    return None


def renew_lease(row: Mirrored) -> None:
    """Start the lease's time again.

    Raises LeasedError where it had ended and another task took the row, DoesNotExist where the row was deleted.
    """
    if not _leased(row).update(held_until=timezone.now() + LEASE_TIME):
        type(row)._default_manager.only("pk").get(pk=row.pk)
        raise LeasedError


def release_lease(row: Mirrored, **facts: Any) -> None:
    """End the lease and set `facts`, which hold for any revision."""
    _leased(row).update(**facts, **_released())


def save_outcome(row: Mirrored, **outcome: Any) -> bool:
    """Set `outcome` and end the lease; False, and neither, where the row has a newer revision than the one sent."""
    return bool(_leased(row).filter(revision=row.revision).update(**outcome, **_released()))


def save_waiting(row: Mirrored, reason: str) -> bool:
    """Leave the row waiting, for `reason`. False where it has a newer revision."""
    return save_outcome(row, sync_problem=reason) or release_changed(row)


def save_failure(row: Mirrored, error: ProviderError, *, problem: str, last: bool) -> bool:
    """Leave the row out of step until it is repaired. False where it has a newer revision.

    An error that passes by itself is raised instead, for the queue to retry, unless this was the `last` attempt.
    """
    if error.passing and not last:
        release_lease(row, sync_problem=problem)
        raise error
    outcome = {"sync_problem": problem, "refusal": error.refusal}
    failed = save_outcome(row, sync_state=SyncState.OUT_OF_STEP, **outcome)
    return failed or release_changed(row)


def _leased(row: Mirrored) -> QuerySet[Any]:
    return type(row)._default_manager.filter(pk=row.pk, held_by=row.held_by)


def _released() -> dict[str, Any]:
    return {"held_by": None, "held_until": timezone.now()}


def release_changed(row: Mirrored) -> bool:
    """End the lease of a row that has a newer revision to send; False."""
    release_lease(row)
    return False

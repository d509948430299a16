"""Having a row for oneself while Vapi is asked, and noting the outcome only if nothing was changed meanwhile.

Two tasks for one row are normal (a second edit, a worker that died and its heir): whoever holds the row goes on, the
other comes back later. A holder that dies lets go by itself, when its time is over.
"""

import uuid
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from assistants.sync.mirrored import Mirrored, MirroredQuerySet, SyncState
from connections.problems import ProviderError

# A request takes fifteen seconds at most, and before each that makes something the time is renewed.
HELD_FOR = timedelta(seconds=60)

Row = TypeVar("Row", bound=Mirrored)


class BusyError(Exception):
    """Another task holds the row; the queue tries again."""


def hold(rows: MirroredQuerySet[Row], pk: uuid.UUID) -> Row | None:
    """Take the row, and read it as it is then. None where there is nothing to tell Vapi.

    Raises BusyError where another task has it.
    """
    mine = uuid.uuid4()
    waiting = rows.waiting().filter(pk=pk)
    if waiting.unleased().update(held_by=mine, held_until=timezone.now() + HELD_FOR):
        return rows.select_related("organization").filter(pk=pk, held_by=mine).first()
    if waiting.exists():
        raise BusyError
    return None


def go_on(row: Mirrored) -> None:
    """Renew the time. Raises BusyError where it was over and another task took the row."""
    if not _held(row).update(held_until=timezone.now() + HELD_FOR):
        raise BusyError


def settle(row: Mirrored, **outcome: Any) -> bool:
    """Note how it went and let go. False, and nothing noted, where the row was changed while Vapi was asked."""
    return bool(_held(row).filter(revision=row.revision).update(**outcome, **_free()))


def let_go(row: Mirrored, **facts: Any) -> None:
    """Give the row back as it is now; `facts` hold whatever was wished for meanwhile."""
    _held(row).update(**facts, **_free())


def _held(row: Mirrored) -> QuerySet[Any]:
    return type(row)._default_manager.filter(pk=row.pk, held_by=row.held_by)


def _free() -> dict[str, Any]:
    return {"held_by": None, "held_until": timezone.now()}


def note_waiting(row: Mirrored, reason: str) -> bool:
    """Nothing can be told yet: the row goes on waiting, and says for what."""
    return settle(row, sync_problem=reason) or _again(row)


def note_failure(row: Mirrored, error: ProviderError, *, problem: str, last: bool) -> bool:
    """Vapi did not do it. What passes by itself is raised, for the queue to try again, until it was the `last` time.

    Then, and for whatever else is wrong, the row is out of step: visibly, until somebody repairs it.
    """
    if error.passing and not last:
        let_go(row, sync_problem=problem)
        raise error
    return settle(row, sync_state=SyncState.OUT_OF_STEP, sync_problem=problem) or _again(row)


def _again(row: Mirrored) -> bool:
    let_go(row)
    return False

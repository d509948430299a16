"""How telling Vapi went, noted on the row. Each returns False where the row was changed meanwhile: tell it again."""

from assistants.holding import let_go, settle
from assistants.models import Mirrored, SyncState
from connections.problems import ProviderError


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

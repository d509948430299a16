"""Why a line is as it is: an ordered table, of which the first cause that applies counts."""

from collections.abc import Callable
from dataclasses import dataclass

from assistants.line import statements
from assistants.line.facts import LineFacts
from assistants.line.parts import Condition
from assistants.line.statements import Statement
from assistants.problems import Reason
from assistants.sync.mirrored import SyncState


@dataclass(frozen=True)
class Cause:
    """`key` names it, `describe` words it in the active language; a task ends the cause where it `passes`."""

    key: str
    condition: Condition
    applies: Callable[[LineFacts], bool]
    describe: Callable[[LineFacts], Statement]
    passes: bool = False


# From what a call meets first to what callers do not notice at all.
CAUSES = (
    Cause("no_vapi", Condition.WAITING, lambda facts: facts.vapi is None, statements.no_vapi),
    Cause("vapi", Condition.BROKEN, lambda facts: facts.is_vapi_failing, statements.vapi_failing),
    Cause("no_twilio", Condition.WAITING, lambda facts: facts.twilio is None, statements.no_twilio),
    Cause("twilio", Condition.BROKEN, lambda facts: facts.is_twilio_failing, statements.twilio_failing),
    Cause("number", Condition.BROKEN, lambda facts: facts.is_number_refused, statements.number_refused),
    Cause(
        "import",
        Condition.WAITING,
        lambda facts: not facts.is_number_imported,
        statements.number_on_its_way,
        passes=True,
    ),
    Cause("no_assistant", Condition.WAITING, lambda facts: facts.assistant is None, statements.no_assistant),
    Cause("none_answers", Condition.BROKEN, lambda facts: facts.answering is None, statements.none_answers),
    Cause("lost", Condition.BROKEN, lambda facts: facts.is_lost, statements.assistant_lost),
    Cause("line", Condition.BROKEN, lambda facts: facts.is_line_refused, statements.line_refused),
    Cause(
        "no_voice",
        Condition.BROKEN,
        lambda facts: facts.is_out_of_step(Reason.NO_VOICE) and not facts.is_copied,
        statements.no_voice,
    ),
    Cause(
        "not_sent",
        Condition.BROKEN,
        lambda facts: facts.is_out_of_step() and not facts.is_copied,
        statements.assistant_refused,
    ),
    Cause(
        "first_time",
        Condition.WAITING,
        lambda facts: not facts.is_pointed,
        statements.assistant_on_its_way,
        passes=True,
    ),
    # From here on callers are answered: what follows is a notice.
    Cause(
        "old_voice",
        Condition.FINE,
        lambda facts: facts.is_out_of_step(Reason.NO_VOICE),
        statements.old_voice,
    ),
    Cause("changed", Condition.FINE, lambda facts: facts.is_out_of_step(Reason.CHANGED), statements.changed),
    Cause(
        "changes_not_sent", Condition.FINE, lambda facts: facts.is_out_of_step(), statements.changes_refused
    ),
    Cause(
        "update",
        Condition.FINE,
        lambda facts: facts.answering is not None and facts.answering.sync_state == SyncState.PENDING,
        statements.changes_on_their_way,
        passes=True,
    ),
    Cause("answers", Condition.FINE, lambda facts: True, statements.answers),
)


def cause_of(facts: LineFacts) -> Cause:
    """The first that applies; the last always does."""
    return next(cause for cause in CAUSES if cause.applies(facts))

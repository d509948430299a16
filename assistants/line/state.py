"""The state of a line, as every page, list and mail tells it."""

import hashlib
from dataclasses import dataclass

from assistants.line.actions import Action
from assistants.line.causes import Cause, cause_of
from assistants.line.facts import LineFacts
from assistants.line.parts import Condition, Part, PartState, parts_of
from assistants.line.statements import Statement
from assistants.models import Assistant
from organizations.permissions import Permission


@dataclass(frozen=True)
class LineState:
    """One cause, in the active language, and the four parts."""

    cause: Cause
    statement: Statement
    parts: tuple[PartState, ...]
    facts: LineFacts

    @property
    def condition(self) -> Condition:
        return self.cause.condition

    @property
    def is_fine(self) -> bool:
        """Whether callers are answered."""
        return self.condition == Condition.FINE

    @property
    def is_moving(self) -> bool:
        """Whether a task is going to change it."""
        return self.cause.passes

    @property
    def is_calm(self) -> bool:
        """Whether there is nothing to say beyond who answers."""
        return self.is_fine and not self.statement.sentence

    @property
    def action(self) -> Action | None:
        return self.statement.action

    @property
    def is_about_an_account(self) -> bool:
        return self.action is not None and self.action.permission == Permission.CONNECTION_MANAGE

    @property
    def assistant(self) -> Assistant | None:
        """The assistant that callers reach now."""
        return self.facts.answering if self.is_fine else None

    @property
    def mark(self) -> str:
        """Changes whenever the line reads differently; the page sends it back as `seen`."""
        words = [self.cause.key, self.statement.headline, self.statement.sentence]
        words += [f"{part.label} {part.condition} {part.word}" for part in self.parts]
        return hashlib.sha256("\n".join(map(str, words)).encode()).hexdigest()[:12]

    @property
    def wave(self) -> str:
        """The mark: at rest, ringing while a task is on its way, silent before the line is open."""
        if self.condition == Condition.WAITING:
            return "ringing" if self.is_moving else "silent"
        return "rest"

    @property
    def wave_modifiers(self) -> str:
        """The bar that is broken, counted from the part that fails."""
        if self.condition != Condition.BROKEN:
            return ""
        broken = next(
            (part.part for part in self.parts if part.condition == Condition.BROKEN), Part.ASSISTANT
        )
        return f"broken-{broken}"


def line_state_of(facts: LineFacts) -> LineState:
    """A pure function of what is known, in the active language."""
    cause = cause_of(facts)
    return LineState(cause, cause.describe(facts), parts_of(facts), facts)

"""How an assistant stands, as pages show it: a badge, a sentence, and whether to look again in a moment."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assistants.models import Assistant, Line
from assistants.problems import Reason, explain_sync
from assistants.sync.mirrored import Mirrored, SyncState
from connections.problems import Explanation

Words = str | Promise

# These last until somebody connects something.
_NEEDS_SOMEBODY = {Reason.NOT_CONNECTED, Reason.NO_NUMBER}

ASPECTS: dict[str, Words] = {
    "name": _("name"),
    "first_message": _("first message"),
    "prompt": _("instructions"),
    "voice": _("voice"),
}


@dataclass(frozen=True)
class Standing:
    """One assistant and, where it answers the number, its line."""

    assistant: Assistant
    line: Line | None

    @property
    def mark(self) -> str:
        """Differs whenever a page would look different."""
        return "-".join(
            f"{row.sync_state}.{row.revision}.{row.sync_problem}"
            for row in (self.assistant, self._line)
            if row
        )

    @property
    def is_moving(self) -> bool:
        """Whether it will change by itself."""
        return _moves(self.assistant) or (self._line is not None and _moves(self._line))

    @property
    def badge(self) -> tuple[str, Words]:
        """Tone and word."""
        if self.assistant.sync_problem == Reason.NOT_CONNECTED:
            return "hollow", _("Waiting for Vapi")
        if self.assistant.sync_state != SyncState.IN_STEP:
            tones = {SyncState.PENDING: "info", SyncState.OUT_OF_STEP: "warn", SyncState.DELETING: "hollow"}
            state = SyncState(self.assistant.sync_state)
            return tones[state], state.label
        if self._line is not None and self._line.sync_state == SyncState.IN_STEP:
            return "good", _("Answers calls")
        return "hollow", pgettext_lazy("an assistant", "Ready")

    @property
    def explanation(self) -> Explanation | None:
        """What keeps the assistant from being up to date; None where nothing does."""
        problem = self.assistant.sync_problem
        return explain_sync(problem) if problem else None

    @property
    def line_explanation(self) -> Explanation | None:
        """What keeps callers from reaching it; None where nothing does, or they are not meant to."""
        problem = self._line.sync_problem if self._line else ""
        # What keeps the assistant itself is told once.
        return explain_sync(problem) if problem and problem != self.assistant.sync_problem else None

    @property
    def is_answering(self) -> bool:
        """Whether callers reach it, as far as we know."""
        return self._line is not None and self._line.sync_state == SyncState.IN_STEP

    @property
    def is_out_of_step(self) -> bool:
        """Whether somebody has to decide."""
        rows = [self.assistant, *([self._line] if self._line else [])]
        return any(row.sync_state == SyncState.OUT_OF_STEP for row in rows)

    @property
    def is_deleting(self) -> bool:
        """Whether it is on its way out."""
        return self.assistant.sync_state == SyncState.DELETING

    @property
    def drift(self) -> list[Words]:
        """What is otherwise at Vapi, in words."""
        return [ASPECTS[name] for name in self.assistant.drift if name in ASPECTS]

    @property
    def _line(self) -> Line | None:
        return self.line if self.assistant.answers_calls else None


def _moves(row: Mirrored) -> bool:
    return not row.is_settled and row.sync_problem not in _NEEDS_SOMEBODY

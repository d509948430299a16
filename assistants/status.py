"""The state of an assistant as pages show it: a badge, a sentence, and whether to reload soon."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assistants.models import Assistant, Line
from assistants.problems import Reason, explain_sync
from assistants.sync.mirrored import Mirrored, SyncState
from connections.problems import Explanation

Words = str | Promise

# These last until the user connects an account.
_NEEDS_USER = {Reason.NOT_CONNECTED, Reason.NO_NUMBER}

ASPECTS: dict[str, Words] = {
    "name": _("name"),
    "first_message": _("first message"),
    "prompt": _("instructions"),
    "voice": _("voice"),
    "settings": _("settings"),
}


@dataclass(frozen=True)
class AssistantStatus:
    """An assistant, and the organisation's line, which counts where the assistant answers it."""

    assistant: Assistant
    line: Line | None

    @property
    def mark(self) -> str:
        """Changes whenever the page would look different; the page sends it back as `seen`."""
        return "-".join(
            f"{row.sync_state}.{row.revision}.{row.sync_problem}"
            for row in (self.assistant, self._line)
            if row
        )

    @property
    def is_moving(self) -> bool:
        """Whether a task is going to change it."""
        return _moves(self.assistant) or (self._line is not None and _moves(self._line))

    @property
    def badge(self) -> tuple[str, Words]:
        if self.assistant.sync_problem == Reason.NOT_CONNECTED:
            return "hollow", _("Waiting for Vapi")
        if self.assistant.sync_state != SyncState.IN_STEP:
            tone = "hollow" if self.is_deleting else self.assistant.sync_tone
            return tone, self.assistant.get_sync_state_display()
        if self._line is not None and self._line.sync_state == SyncState.IN_STEP:
            return "good", _("Answers calls")
        return "hollow", pgettext_lazy("an assistant", "Ready")

    @property
    def explanation(self) -> Explanation | None:
        """Why the assistant is not up to date at Vapi; None where it is."""
        problem = self.assistant.sync_problem
        return explain_sync(problem, refusal=self.assistant.refusal) if problem else None

    @property
    def line_explanation(self) -> Explanation | None:
        """Why callers do not reach it; None where they do, or where it does not answer the number."""
        line = self._line
        # Not told twice: the assistant's explanation says the same.
        if line is None or line.sync_problem in {"", self.assistant.sync_problem}:
            return None
        return explain_sync(line.sync_problem, refusal=line.refusal)

    @property
    def is_answering(self) -> bool:
        return self._line is not None and self._line.sync_state == SyncState.IN_STEP

    @property
    def is_out_of_step(self) -> bool:
        rows = [self.assistant, *([self._line] if self._line else [])]
        return any(row.sync_state == SyncState.OUT_OF_STEP for row in rows)

    @property
    def has_drifted(self) -> bool:
        """Whether its copy was changed at Vapi."""
        return self.assistant.sync_problem == Reason.CHANGED

    @property
    def is_deleting(self) -> bool:
        return self.assistant.sync_state == SyncState.DELETING

    @property
    def drift(self) -> list[Words]:
        return [ASPECTS[name] for name in self.assistant.drift if name in ASPECTS]

    @property
    def _line(self) -> Line | None:
        return self.line if self.assistant.answers_calls else None


def _moves(row: Mirrored) -> bool:
    return not row.is_settled and row.sync_problem not in _NEEDS_USER

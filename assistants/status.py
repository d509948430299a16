"""One assistant as pages show it: a badge, a sentence, its place on the line, and whether to reload soon."""

from dataclasses import dataclass

from django.utils.functional import Promise

from assistants.line.state import LineState
from assistants.models import Assistant
from assistants.problems import Reason, explain_sync
from assistants.states import TONES, AssistantState, assistant_state_of
from assistants.sync.mirrored import SyncState
from connections.problems import Explanation

Words = str | Promise

# These last until the user connects an account.
_NEEDS_USER = {Reason.NOT_CONNECTED, Reason.NO_NUMBER}


@dataclass(frozen=True)
class AssistantStatus:
    """An assistant, and the organisation's line."""

    assistant: Assistant
    line: LineState

    @property
    def mark(self) -> str:
        """Changes whenever the page would look different; the page sends it back as `seen`."""
        row = self.assistant
        return f"{row.sync_state}.{row.revision}.{row.sync_problem}-{self.line.mark}"

    @property
    def is_moving(self) -> bool:
        """Whether a task is going to change it."""
        row = self.assistant
        moves = not row.is_settled and row.sync_problem not in _NEEDS_USER
        return moves or (row.answers_calls and self.line.is_moving)

    @property
    def state(self) -> AssistantState:
        return assistant_state_of(self.assistant)

    @property
    def badge(self) -> tuple[str, Words]:
        return TONES[self.state], self.state.label

    @property
    def explanation(self) -> Explanation | None:
        """Why the assistant is not up to date at Vapi; None where it is."""
        problem = self.assistant.sync_problem
        return explain_sync(problem, refusal=self.assistant.refusal) if problem else None

    @property
    def is_answering(self) -> bool:
        """Whether callers reach this assistant now."""
        return self.assistant.answers_calls and self.line.is_fine

    @property
    def is_out_of_step(self) -> bool:
        is_line_refused = self.assistant.answers_calls and self.line.facts.is_line_refused
        return self.assistant.sync_state == SyncState.OUT_OF_STEP or is_line_refused

    @property
    def has_drifted(self) -> bool:
        """Whether its copy was changed at Vapi."""
        return self.state == AssistantState.CHANGED

    @property
    def is_deleting(self) -> bool:
        return self.assistant.sync_state == SyncState.DELETING

    @property
    def can_be_tried(self) -> bool:
        """Whether one can talk to it, at once or as soon as Vapi has it."""
        return self.line.facts.vapi is not None

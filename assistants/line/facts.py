"""What is known about an organisation's line."""

from dataclasses import dataclass

from assistants.models import Assistant, Line
from assistants.problems import Reason
from assistants.sync.mirrored import SyncState
from connections.enums import NumberState
from connections.models import TwilioConnection, VapiConnection
from connections.selectors import Connections


@dataclass(frozen=True)
class LineFacts:
    """The rows that a line depends on, None where there is none.

    `assistant` is the one that answers, else any other of the organisation; `line` says where the number points.
    """

    vapi: VapiConnection | None
    twilio: TwilioConnection | None
    assistant: Assistant | None
    line: Line | None

    @classmethod
    def gather(cls, connections: Connections, assistant: Assistant | None) -> "LineFacts":
        line = getattr(assistant.organization, "line", None) if assistant else None
        return cls(connections.vapi, connections.twilio, assistant, line)

    @property
    def answering(self) -> Assistant | None:
        """The assistant that the number is meant for."""
        return self.assistant if self.assistant and self.assistant.answers_calls else None

    @property
    def is_sandbox(self) -> bool:
        return any(account and account.is_sandbox for account in (self.vapi, self.twilio))

    @property
    def number(self) -> str:
        """The number as people read it; empty without one."""
        return str(self.twilio.phone_number.as_international) if self.twilio else ""

    @property
    def is_vapi_failing(self) -> bool:
        return self.vapi is not None and self.vapi.explanation is not None

    @property
    def is_twilio_failing(self) -> bool:
        return self.twilio is not None and self.twilio.explanation is not None

    @property
    def is_number_refused(self) -> bool:
        return self.twilio is not None and self.twilio.number_state == NumberState.OUT_OF_STEP

    @property
    def is_number_imported(self) -> bool:
        return self.twilio is not None and self.twilio.number_state == NumberState.IN_STEP

    @property
    def is_copied(self) -> bool:
        """Whether Vapi has an assistant to answer with, in this version or an earlier one."""
        return bool(self.answering and self.answering.vapi_id)

    @property
    def is_pointed(self) -> bool:
        """Whether the number leads to the copy."""
        return self.is_copied and self.line is not None and self.line.sync_state == SyncState.IN_STEP

    @property
    def is_line_refused(self) -> bool:
        return self.line is not None and self.line.sync_state == SyncState.OUT_OF_STEP

    def is_out_of_step(self, *reasons: str) -> bool:
        """Whether the answering assistant differs from its copy; for one of `reasons` where some are given."""
        row = self.answering
        return row is not None and row.is_out_of_step and (not reasons or row.sync_problem in reasons)

    @property
    def is_lost(self) -> bool:
        return self.is_out_of_step(Reason.LOST)

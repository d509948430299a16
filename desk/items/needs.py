"""From what is known of calls to the values of an item: pure, and the same for any order of the calls."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from calls.endings.causes import Cause, find_cause
from calls.enums import Kind
from calls.models import Call
from calls.summaries.models import CallSummary, Urgency
from desk.enums import ItemKind

# Endings after which a caller was not served: no one answered, or something of ours or of a provider failed.
UNSERVED = frozenset(
    {
        Cause.MISSED,
        Cause.TRANSFER_FAILED,
        Cause.LINE_FAILED,
        Cause.MODEL_FAILED,
        Cause.VOICE_FAILED,
        Cause.HEARING_FAILED,
        Cause.VAPI_FAILED,
        Cause.CREDIT,
        Cause.LIMIT,
        Cause.CONFIGURATION,
    }
)
WORDS = ("caller_name", "subject", "wishes", "wanted_at", "callback_number")


@dataclass(frozen=True)
class Need:
    """What one call asks of people. `summary` is None where Vapi made none."""

    call_id: UUID
    created_at: datetime
    kind: ItemKind
    summary: CallSummary | None

    @property
    def urgency(self) -> Urgency:
        told = self.summary.urgency if self.summary else ""
        return Urgency(told) if told in Urgency.values else Urgency.NORMAL


def find_need(call: Call) -> Need | None:
    """What a call asks; None for one that runs, for a test, and where nothing is left to do. Reads the summary."""
    if not call.has_ended or call.is_test:
        return None
    summary: CallSummary | None = getattr(call, "summary", None)
    kind = _kind_of(call, summary)
    return Need(call.pk, call.created_at, kind, summary) if kind else None


def derive_values(needs: Iterable[Need]) -> dict[str, Any]:
    """The columns of an item that follow from its calls, of which there is at least one.

    The newest summary gives the words, the newest call with a purpose the kind, the most pressing call the urgency.
    """
    ordered = sorted(needs, key=lambda need: (need.created_at, need.call_id))
    told = next((need for need in reversed(ordered) if need.summary), None)
    summary = told.summary if told else None
    asked = [need.kind for need in ordered if need.kind != ItemKind.MISSED]
    return {
        "kind": asked[-1] if asked else ItemKind.MISSED,
        "urgency_told": max((need.urgency for need in ordered), key=lambda urgency: urgency.rank),
        "told_in_id": told.call_id if told else None,
        **{name: getattr(summary, name) if summary else "" for name in WORDS},
        "unsure": sorted(summary.unsure) if summary else [],
        "call_count": len(ordered),
        "opened_at": ordered[0].created_at,
        "last_call_at": ordered[-1].created_at,
    }


def _kind_of(call: Call, summary: CallSummary | None) -> ItemKind | None:
    if summary and summary.purpose in ItemKind.values:
        return ItemKind(summary.purpose)
    return ItemKind.MISSED if _is_unserved(call) else None


def _is_unserved(call: Call) -> bool:
    """Whether a caller got no conversation, or not to its end. Calls that we place are not asked for by anyone."""
    if call.kind != Kind.INBOUND:
        return False
    was_never_answered = call.is_reported and call.started_at is None
    return was_never_answered or find_cause(call.ended_reason) in UNSERVED

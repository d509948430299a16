"""Reads of summaries."""

from calls.enums import Speaker
from calls.models import Call, CallSummary
from calls.progress.transcript import find_subject


def find_summary(call: Call) -> CallSummary | None:
    """The summary of a call; without a query where the call was read with `select_related("summary")`."""
    return getattr(call, "summary", None)


def subject_of(call: Call) -> str:
    """What the call is about in one line: as the summary tells, else the caller's first sentence."""
    summary = find_summary(call)
    if summary is not None and summary.subject:
        return summary.subject
    return find_subject(call.turns.filter(speaker=Speaker.CALLER)[:1])

"""Stores the summary of a call."""

from calls.models import Call, CallSummary
from calls.summaries.output import Summary
from calls.summaries.selectors import find_summary
from core.phone_numbers import to_e164
from organizations.countries import country_of


def store_summary(call: Call, told: Summary | None) -> bool:
    """Keep the newest summary of a locked call; whether this one is it.

    Vapi may make the output after the report, so it has a version of its own. What was said and is deleted does not
    come back.
    """
    kept = find_summary(call)
    if told is None or (kept is not None and kept.version >= told.version):
        return False
    row = _row(call, told)
    if call.transcript_deleted_at:
        row.forget()
    row.save(force_insert=kept is None)
    call.summary = row
    return True


def _row(call: Call, told: Summary) -> CallSummary:
    return CallSummary(
        call=call,
        subject=told.subject,
        caller_name=told.caller_name,
        purpose=told.purpose,
        callback_number=to_e164(told.number, country_of(call.organization)) if told.number else "",
        wanted_at=told.wanted_at,
        urgency=told.urgency,
        wishes=told.wishes,
        unanswered=list(told.unanswered),
        unsure=list(told.unsure),
        version=told.version,
    )

"""Brings a call's row up to date with what Vapi tells.

Messages come in any order, twice, or not at all. So nothing that is merged depends on what came before it: a state only
moves forward, of two times the earlier one holds, of two reports the one with the larger version. The same facts in
any order end in the same row.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from assistants.models import Assistant
from calls.costs.services import refresh_costs
from calls.costs.twilio import PRICED_AFTER
from calls.costs.vapi import CURRENCY
from calls.enums import CostState, Status
from calls.models import Call, CostPart, Turn
from calls.progress.facts import Facts, Report
from calls.progress.identity import LockedCall, lock_call, values_of
from calls.recordings.services import expect_recording
from calls.signals import call_changed, calls_erasing
from calls.statistics.services import counted
from calls.summaries.selectors import subject_of
from calls.summaries.services import store_summary
from calls.transfers.services import replace_transfers
from connections.enums import Provider
from organizations.models import Organization


@transaction.atomic
def apply_facts(organization: Organization, facts: Facts) -> bool:
    """Create or update the call; whether anything changed. The row stays locked until the transaction ends.

    News of a call that was erased changes nothing.
    """
    found = lock_call(organization, facts)
    if found is None:
        return False
    call = found.call
    _merge(call, facts)
    report = facts.report if facts.report and facts.report.version > call.report_version else None
    if report is not None:
        _take_report(call, report)
    is_summary_new = store_summary(call, facts.summary)
    if report is not None or is_summary_new:
        call.subject = subject_of(call)
    _derive(call)
    if facts.report is not None and facts.report.is_recorded:
        expect_recording(call)
    if values_of(call) == found.before and not (is_summary_new or found.is_new or found.doubles):
        return False
    call.changed_at = timezone.now()
    with counted(call, *found.doubles, are_new=found.is_new):
        _forget_missed(found)
        if report is not None:
            _replace_costs(call, report)
        call.save()
        if call.has_ended:
            refresh_costs(call)
        # Before the sums are locked, which is the last thing that any transaction locks.
        call_changed.send(sender=Call, call=call)
    return True


def _forget_missed(found: LockedCall) -> None:
    """Delete what was stored of the call while only Twilio had told of it."""
    if found.doubles:
        pks = [call.pk for call in found.doubles]
        calls_erasing.send(sender=Call, call_ids=pks)
        Call.objects.filter(pk__in=pks).delete()
    if found.was_missed:
        found.call.cost_parts.all().delete()
        found.call.totals.all().delete()


def _merge(call: Call, facts: Facts) -> None:
    """What every source tells. Texts do not change in a call's life; were they to, the larger one would stay."""
    call.created_at = min(call.created_at, facts.created_at)
    call.is_test = call.is_test or facts.is_test
    for name in ("kind", "assistant_vapi_id", "customer_number", "our_number", "twilio_sid"):
        setattr(call, name, max(getattr(call, name), getattr(facts, name)))
    call.status = max(Status(call.status), facts.status, key=lambda status: status.rank)
    if not call.is_reported:
        call.started_at = _earlier(call.started_at, facts.started_at)
        call.ended_at = _earlier(call.ended_at, facts.ended_at)
        call.ended_reason = max(call.ended_reason, facts.ended_reason)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(filter(None, (one, other)), default=None)


def _take_report(call: Call, report: Report) -> None:
    call.report_version = report.version
    call.started_at, call.ended_at = report.started_at, report.ended_at
    call.ended_reason = report.ended_reason
    speeches = () if call.transcript_deleted_at else report.speeches  # what was said does not come back
    call.turns.all().delete()
    Turn.objects.bulk_create(
        Turn(call=call, position=position, **vars(speech)) for position, speech in enumerate(speeches)
    )
    replace_transfers(call, report.transfers)


def _replace_costs(call: Call, report: Report) -> None:
    call.cost_parts.filter(provider=Provider.VAPI).delete()
    CostPart.objects.bulk_create(
        CostPart(
            call=call,
            provider=Provider.VAPI,
            part=cost.part,
            amount=cost.amount,
            currency=CURRENCY,
            state=CostState.FINAL,
        )
        for cost in report.costs
    )


def _derive(call: Call) -> None:
    """What follows from the rest of the row."""
    if call.assistant_id is None and call.assistant_vapi_id:
        own = Assistant.objects.filter(organization_id=call.organization_id)
        call.assistant = own.filter(vapi_id=call.assistant_vapi_id).first()
    if call.ended_at is None:
        return
    call.started_at = call.started_at and min(call.started_at, call.ended_at)
    length = call.ended_at - call.started_at if call.started_at else timedelta()
    call.seconds = round(length.total_seconds())
    if call.twilio_sid and not call.price_attempts:
        call.price_due_at = call.ended_at + PRICED_AFTER

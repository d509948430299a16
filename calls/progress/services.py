"""Brings a call's row up to date with what Vapi tells.

Messages come in any order, twice, or not at all. So nothing that is merged depends on what came before it: a state only
moves forward, of two times the earlier one holds, of two reports the one with the larger version. The same facts in
any order end in the same row.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from assistants.models import Assistant
from calls.costs.services import settle
from calls.costs.twilio import PRICED_AFTER
from calls.costs.vapi import CURRENCY
from calls.enums import CostState, Status
from calls.models import Call, CostPart, Turn
from calls.progress.facts import Facts, Report
from calls.progress.identity import lock_call, values_of
from calls.progress.transcript import find_subject
from connections.enums import Provider
from organizations.models import Organization


@transaction.atomic
def apply_facts(organization: Organization, facts: Facts) -> bool:
    """Create or update the call; whether anything changed. The row stays locked until the transaction ends."""
    call, before = lock_call(organization, facts)
    _merge(call, facts)
    is_report_new = facts.report is not None and facts.report.version > call.report_version
    if facts.report is not None and is_report_new:
        _replace_report(call, facts.report)
    _derive(call)
    if values_of(call) == before:
        return False
    call.changed_at = timezone.now()
    call.save()
    if call.has_ended:
        settle(call)
    return True


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


def _replace_report(call: Call, report: Report) -> None:
    call.report_version = report.version
    call.started_at, call.ended_at = report.started_at, report.ended_at
    call.ended_reason, call.subject = report.ended_reason, find_subject(report.speeches)
    call.turns.all().delete()
    Turn.objects.bulk_create(
        Turn(call=call, position=position, **vars(speech)) for position, speech in enumerate(report.speeches)
    )
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

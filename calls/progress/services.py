"""Brings a call's row up to date with what Vapi tells.

Messages come in any order, twice, or not at all. So nothing that is merged depends on what came before it: a state only
moves forward, of two times the earlier one holds, of two reports the one with the larger version. The same facts in
any order end in the same row.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from assistants.models import Assistant
from calls.costs.vapi import CURRENCY
from calls.enums import CostState, Status
from calls.models import Call, CostPart, Turn
from calls.progress.facts import Facts, Report
from calls.progress.transcript import find_subject
from calls.statistics.services import counted
from connections.enums import Provider
from organizations.models import Organization

PRICED_AFTER = timedelta(minutes=2)  # after a call's end, Twilio is first asked for its price


@transaction.atomic
def apply_facts(organization: Organization, facts: Facts) -> bool:
    """Create or update the call; whether anything changed. The row stays locked until the transaction ends."""
    call, is_new = _lock(organization, facts)
    before = _values(call)
    _merge(call, facts)
    report = facts.report if facts.report and facts.report.version > call.report_version else None
    if report is not None:
        _take_report(call, report)
    _derive(call)
    if _values(call) == before and not is_new:
        return False
    call.changed_at = timezone.now()
    with counted(call, are_new=is_new):
        if report is not None:
            _replace_parts(call, report)
        call.save()
    return True


def _lock(organization: Organization, facts: Facts) -> tuple[Call, bool]:
    """The call's row, locked, and whether it was made just now."""
    identity = {"organization": organization, "vapi_id": facts.vapi_id}
    first = {"kind": facts.kind, "created_at": facts.created_at, "status": Status.QUEUED}
    made, is_new = Call.objects.get_or_create(**identity, defaults=first)
    return Call.objects.select_for_update(of=("self",)).get(pk=made.pk), is_new


def _values(call: Call) -> dict[str, Any]:
    return {field.attname: getattr(call, field.attname) for field in Call._meta.concrete_fields}


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
    call.ended_reason, call.subject = report.ended_reason, find_subject(report.speeches)


def _replace_parts(call: Call, report: Report) -> None:
    """What was said, and what Vapi charges."""
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

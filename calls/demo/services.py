"""Writes invented calls."""

from django.db import transaction

from calls.demo.generator import Batch, Inventor
from calls.models import Call, CallSummary, CallTotal, CostPart, Turn
from calls.statistics.services import rebuild
from connections.models import TwilioConnection
from organizations.models import Organization

BATCH = 1000  # calls in a transaction


def add_demo_calls(organization: Organization, *, count: int, days: int, seed: int) -> int:
    """Add `count` invented calls of the last `days`; return how many rows were written.

    Repeating it adds others of the same kind.
    """
    twilio = TwilioConnection.objects.filter(organization=organization).first()
    number = str(twilio.phone_number) if twilio else ""
    inventor = Inventor(organization, days=days, seed=seed, our_number=number)
    written = sum(_write(batch) for batch in inventor.batches(count, BATCH))
    rebuild(organization.pk)
    return written


def _write(batch: Batch) -> int:
    with transaction.atomic():
        Call.objects.bulk_create(batch.calls)
        Turn.objects.bulk_create(batch.turns)
        CostPart.objects.bulk_create(batch.parts)
        CallSummary.objects.bulk_create(batch.summaries)
        CallTotal.objects.bulk_create(batch.totals)
    return sum(map(len, (batch.calls, batch.turns, batch.parts, batch.summaries, batch.totals)))

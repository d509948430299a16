"""Deletes what was said in calls once the organisation's days for it are over; who called, when and the cost stay."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from calls.models import Call, CallSummary, Turn
from calls.signals import words_deleted
from calls.summaries.models import without_words
from core.queue.schedule import periodic
from organizations.models import Organization

BATCH = 500  # calls in one transaction


@periodic(every=timedelta(days=1))
@task()
def delete_old_transcripts() -> None:
    """Delete what was said in every call that is older than its organisation keeps it: turns, subject, summary."""
    for pk, days in Organization.objects.values_list("pk", "transcript_days"):
        due = Call.objects.filter(organization=pk).transcript_due(timezone.now() - timedelta(days=days))
        while keys := list(due.values_list("pk", flat=True)[:BATCH]):
            _delete(keys)


@transaction.atomic
def _delete(keys: list[uuid.UUID]) -> None:
    now = timezone.now()
    keys = list(Call.objects.filter(pk__in=keys).locked().values_list("pk", flat=True))
    Call.objects.filter(pk__in=keys).update(subject="", transcript_deleted_at=now, changed_at=now)
    CallSummary.objects.filter(call__in=keys).update(**without_words())
    Turn.objects.filter(call__in=keys).delete()
    words_deleted.send(sender=Call, call_ids=keys)

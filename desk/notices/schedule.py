"""Queues the daily summaries when they are due."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from core.queue.schedule import periodic
from desk.notices.emails import send_digest
from desk.notices.models import NoticeChoice

BATCH = 200  # members in one transaction


@periodic(every=timedelta(minutes=5))
@task()
def queue_digests() -> None:
    """Queue the summary of each member for whom it is due, and plan the next one. May run twice, and beside itself."""
    while _queue_batch():
        pass


@transaction.atomic
def _queue_batch() -> int:
    """How many were due. Rows that another worker has locked are its own to queue."""
    now = timezone.now()
    due = NoticeChoice.objects.filter(next_digest_at__lte=now).select_related("membership__user")
    rows = list(due.select_for_update(of=("self",), skip_locked=True).order_by("next_digest_at")[:BATCH])
    for row in rows:
        clock = ZoneInfo(row.membership.user.timezone)
        send_digest.enqueue(str(row.membership_id), now.astimezone(clock).date().isoformat())
        row.plan_digest(now)
    NoticeChoice.objects.bulk_update(rows, ["next_digest_at"])
    return len(rows)

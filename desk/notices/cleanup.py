"""Deletes old records of e-mails."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from core.queue.schedule import periodic
from desk.notices.models import Notice

KEEP = timedelta(days=90)  # as long as failed tasks, for an operator to see


@periodic(every=timedelta(days=1))
@task()
def delete_old_notices() -> None:
    """Delete who was told of calls that are no news any more (see `NEWS_FOR`), so that none is told again."""
    Notice.objects.filter(call__created_at__lt=timezone.now() - KEEP).delete()

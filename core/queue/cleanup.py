"""Deletes expired counters and finished tasks."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from core.queue.schedule import periodic
from core.security import rate_limits

KEEP_DONE = timedelta(days=7)
KEEP_FAILED = timedelta(days=90)


@periodic(every=timedelta(hours=1))
@task()
def clean_up() -> None:
    """Delete expired rate counters and old tasks; failed ones are kept longer, for an operator to see."""
    now = timezone.now()
    rate_limits.delete_expired()
    DBTaskResult.objects.successful().filter(finished_at__lt=now - KEEP_DONE).delete()
    DBTaskResult.objects.failed().filter(finished_at__lt=now - KEEP_FAILED).delete()

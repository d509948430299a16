"""What this room leaves to the schedule."""

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
    """Forget counters whose window is over and tasks long done; failed ones stay for an operator to see."""
    now = timezone.now()
    rate_limits.delete_expired()
    DBTaskResult.objects.successful().filter(finished_at__lt=now - KEEP_DONE).delete()
    DBTaskResult.objects.failed().filter(finished_at__lt=now - KEEP_FAILED).delete()

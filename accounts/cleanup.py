"""What this room need not keep."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from accounts.models import LoginToken
from accounts.sessions.store import SessionStore
from core.queue.schedule import periodic

KEEP_LINKS = timedelta(days=30)


@periodic(every=timedelta(hours=1))
@task()
def clean_up() -> None:
    """Remove links a month after they were asked for, and sessions long over. The audit keeps what happened."""
    LoginToken.objects.filter(created_at__lt=timezone.now() - KEEP_LINKS).delete()
    SessionStore.clear_expired()

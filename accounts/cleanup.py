"""Deletion of old links and sessions."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from accounts.models import LoginToken
from accounts.sessions.store import SessionStore
from core.queue.schedule import periodic

LINK_RETENTION = timedelta(days=30)


@periodic(every=timedelta(hours=1))
@task()
def clean_up() -> None:
    """Delete links a month after their request, and sessions that expired long ago. The audit keeps its events."""
    LoginToken.objects.filter(created_at__lt=timezone.now() - LINK_RETENTION).delete()
    SessionStore.clear_expired()

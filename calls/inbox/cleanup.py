"""Deletes old messages."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from calls.models import WebhookMessage
from core.queue.schedule import periodic

KEEP_PROCESSED = timedelta(days=7)  # Vapi repeats a message within minutes
KEEP_FAILED = timedelta(days=90)  # for an operator to see, as long as failed tasks


@periodic(every=timedelta(days=1))
@task()
def delete_old_messages() -> None:
    """Delete messages that are processed, and those that failed long ago: they hold what callers said."""
    now = timezone.now()
    WebhookMessage.objects.filter(processed_at__lt=now - KEEP_PROCESSED).delete()
    WebhookMessage.objects.failed().filter(received_at__lt=now - KEEP_FAILED).delete()

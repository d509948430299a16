from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from core.queue.schedule import periodic
from sandbox.models import Assistant, Call, Chat, PhoneNumber, TwilioCall

KEEP = timedelta(days=30)


@periodic(every=timedelta(days=1))
@task()
def clean_up() -> None:
    """Delete rows that have not changed for thirty days."""
    before = timezone.now() - KEEP
    Call.objects.filter(created_at__lt=before).delete()
    Chat.objects.filter(created_at__lt=before).delete()
    TwilioCall.objects.filter(created_at__lt=before).delete()
    Assistant.objects.filter(updated_at__lt=before).delete()
    PhoneNumber.objects.filter(updated_at__lt=before).delete()

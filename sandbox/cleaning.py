from datetime import timedelta

from django.utils import timezone

from sandbox.models import Assistant, Call, Chat, PhoneNumber, TwilioCall

KEEP = timedelta(days=30)


def clean_up() -> None:
    """Remove what nobody touched for thirty days: a stand-in is no archive."""
    before = timezone.now() - KEEP
    for model in (Call, Chat, TwilioCall):
        model._default_manager.filter(created_at__lt=before).delete()
    for model in (Assistant, PhoneNumber):
        model._default_manager.filter(updated_at__lt=before).delete()

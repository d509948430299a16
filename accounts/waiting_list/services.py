"""Adding to the waiting list, and deleting from it."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User, WaitingAddress
from accounts.waiting_list.rate_limits import hit_address

RETENTION = timedelta(days=365)


def add_address(address: str) -> None:
    """Put a normalised address on the list, in the language of the page. Raises LimitedError.

    The work is the same for an address that is on it already or has an account, so that nothing reveals either.
    """
    hit_address()
    row = WaitingAddress(email=address, locale=get_language() or settings.LANGUAGE_CODE)
    WaitingAddress.objects.bulk_create([row], ignore_conflicts=True)


def delete_old_addresses() -> None:
    """Delete addresses after a year, and those that have an account by now."""
    WaitingAddress.objects.filter(created_at__lt=timezone.now() - RETENTION).delete()
    accounts = User.objects.filter(email=OuterRef("email"))
    WaitingAddress.objects.filter(Exists(accounts)).delete()

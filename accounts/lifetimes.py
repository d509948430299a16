"""How long mailed links and their codes work, from when their mail is sent, and sessions."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from core.clock import MAX_SKEW

LIFETIMES = {  # by `LoginToken.Purpose`
    "login": timedelta(minutes=15),
    "email_change": timedelta(hours=1),
    "email_undo": timedelta(hours=72),
    "invitation": timedelta(days=7),
}
CODE_LIFETIME = timedelta(minutes=10)
IDLE_SESSION = timedelta(days=30)
LONGEST_SESSION = timedelta(days=90)


def lasts(end: datetime | None, lifetime: timedelta) -> bool:
    """Whether what ends at `end` works now. Not if it ends later than it can: the clock was fast when it was sent."""
    now = timezone.now()
    return end is not None and now < end <= now + lifetime + MAX_SKEW


def lasting_links() -> Q:
    """The links of which `lasts` is true."""
    now, found = timezone.now(), Q()
    for purpose, lifetime in LIFETIMES.items():
        found |= Q(purpose=purpose, expires_at__gt=now, expires_at__lte=now + lifetime + MAX_SKEW)
    return found

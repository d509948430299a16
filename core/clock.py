"""Stored times that are later than they can be: the clock that wrote them was fast.

A window, lease or session with an absolute end would last until that clock's time is reached. So each comparison of a
stored end with the clock also has an upper bound: the longest that the window can still last.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

# Clocks of machines differ by less, and a time is compared a moment after it was read.
MAX_SKEW = timedelta(minutes=1)


def ended(field: str, ago: timedelta, *, longest: timedelta = timedelta()) -> Q:
    """Rows whose `field` passed at least `ago` ago, or lies further ahead than the `longest` that it can."""
    now = timezone.now()
    return Q(**{f"{field}__lte": now - ago}) | Q(**{f"{field}__gt": now + longest + MAX_SKEW})

"""Limits that hold across processes and machines: one counter row a bucket, one atomic UPSERT a hit.

A window is fixed and opens with its first hit. It never ends later than its length from now, even if a fast clock wrote
its end: a difference between two machines shortens the window, a larger one opens a new one. Reading the counter and
writing it back would lose hits under load, so the database does both in one statement. Count outside of a transaction:
each hit is then committed by itself, survives a later rollback, and locks one row at a time.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.clock import MAX_SKEW
from core.models import RateCounter

# The ORM has no UPSERT that computes from the row it conflicts with.
_COUNT = """
    INSERT INTO core_ratecounter (key, hits, resets_at) VALUES (%s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN core_ratecounter.resets_at <= %s OR core_ratecounter.resets_at > %s THEN 1
                    ELSE core_ratecounter.hits + 1 END,
        resets_at = CASE WHEN core_ratecounter.resets_at <= %s
                           OR core_ratecounter.resets_at > excluded.resets_at THEN excluded.resets_at
                         ELSE core_ratecounter.resets_at END
    RETURNING hits, resets_at
"""


@dataclass(frozen=True)
class Limit:
    """At most `hits` in each window of `per`, counted in buckets called `name`."""

    name: str
    hits: int
    per: timedelta

    def key(self, subject: str) -> str:
        """The primary key of the subject's bucket. A hash, so that the table lists no addresses."""
        return hashlib.sha256(f"{self.name}|{subject}".encode()).hexdigest()


class LimitedError(Exception):
    """The bucket of `limit` is full; the next hit is accepted in `retry_after` whole seconds."""

    def __init__(self, limit: Limit, retry_after: int) -> None:
        super().__init__(limit.name)
        self.limit = limit
        self.retry_after = retry_after


def hit(limit: Limit, subject: str) -> None:
    """Count one hit. Raises LimitedError if the bucket is full."""
    if not settings.AVA_RATE_LIMITS:
        return
    now = _now()
    window_end = now + _milliseconds(limit.per)
    latest = window_end + _milliseconds(MAX_SKEW)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [limit.key(subject), window_end, now, latest, now])
        hits, resets_at = cursor.fetchone()
    if hits > limit.hits:
        raise LimitedError(limit, max(1, -(-(resets_at - now) // 1000)))


def refuse_if_full(limit: Limit, subject: str) -> None:
    """Raise LimitedError if the bucket is full, without counting a hit."""
    if not settings.AVA_RATE_LIMITS:
        return
    now = _now()
    latest = now + _milliseconds(limit.per)
    full = RateCounter.objects.filter(pk=limit.key(subject), hits__gte=limit.hits)
    if counter := full.filter(resets_at__gt=now, resets_at__lte=latest).first():
        raise LimitedError(limit, max(1, -(-(counter.resets_at - now) // 1000)))


def hit_all(buckets: Iterable[tuple[Limit, str]]) -> None:
    """Count one hit in each bucket in order, up to the first that is full. Raises LimitedError for that one."""
    for limit, subject in buckets:
        hit(limit, subject)


def delete_expired() -> int:
    """Delete the counters whose window is over; return their number."""
    return RateCounter.objects.filter(resets_at__lt=_now()).delete()[0]


def _now() -> int:
    return int(timezone.now().timestamp() * 1000)


def _milliseconds(length: timedelta) -> int:
    return int(length.total_seconds() * 1000)

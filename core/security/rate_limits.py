"""Limits that hold across processes and machines: one counter row a bucket, one atomic UPSERT a hit.

A window is fixed and opens with its first hit. Reading the counter and writing it back would lose hits under load, so
the database does both in one statement. Count outside of a transaction: each hit is then committed by itself, survives
a later rollback, and locks one row at a time.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.models import RateCounter

# The ORM has no UPSERT that computes from the row it conflicts with.
_COUNT = """
    INSERT INTO core_ratecounter (key, hits, resets_at) VALUES (%s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN core_ratecounter.resets_at <= %s THEN 1 ELSE core_ratecounter.hits + 1 END,
        resets_at = CASE WHEN core_ratecounter.resets_at <= %s THEN excluded.resets_at
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
    window_end = now + int(limit.per.total_seconds() * 1000)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [limit.key(subject), window_end, now, now])
        hits, resets_at = cursor.fetchone()
    if hits > limit.hits:
        raise LimitedError(limit, max(1, -(-(resets_at - now) // 1000)))


def hit_all(buckets: Iterable[tuple[Limit, str]]) -> None:
    """Count one hit in each bucket in order, up to the first that is full. Raises LimitedError for that one."""
    for limit, subject in buckets:
        hit(limit, subject)


def delete_expired() -> int:
    """Delete the counters whose window is over; return their number."""
    return RateCounter.objects.filter(resets_at__lt=_now()).delete()[0]


def _now() -> int:
    return int(timezone.now().timestamp() * 1000)

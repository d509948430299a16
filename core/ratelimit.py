"""Limits that hold across processes and machines: one counter row a bucket, one atomic statement a hit.

A fixed window that opens with the first hit. Reading, adding and writing back would lose hits under load; the UPSERT
does all three in the database, and is committed by itself so that a rollback of the caller forgets nothing.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.models import RateCounter

_HIT = """
    INSERT INTO core_ratecounter (key, hits, resets_at) VALUES (%s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN core_ratecounter.resets_at <= %s THEN 1 ELSE core_ratecounter.hits + 1 END,
        resets_at = CASE WHEN core_ratecounter.resets_at <= %s THEN excluded.resets_at
                         ELSE core_ratecounter.resets_at END
    RETURNING hits, resets_at
"""


@dataclass(frozen=True)
class Limit:
    """At most `hits` in each window of `per`, counted in a bucket called `name`."""

    name: str
    hits: int
    per: timedelta

    def key(self, subject: str) -> str:
        """The bucket of one subject: hashed, so that the table lists no addresses."""
        return hashlib.sha256(f"{self.name}|{subject}".encode()).hexdigest()


class LimitedError(Exception):
    """Too many; `retry_after` says in how many whole seconds the next is accepted."""

    def __init__(self, limit: Limit, retry_after: int) -> None:
        super().__init__(limit.name)
        self.limit = limit
        self.retry_after = retry_after


def hit(limit: Limit, subject: str) -> None:
    """Count one. Raises LimitedError where the bucket is full."""
    if not settings.AVA_RATE_LIMITS:
        return
    now = _now()
    end = now + int(limit.per.total_seconds() * 1000)
    with connection.cursor() as cursor:
        cursor.execute(_HIT, [limit.key(subject), end, now, now])
        hits, resets_at = cursor.fetchone()
    if hits > limit.hits:
        raise LimitedError(limit, max(1, -(-(resets_at - now) // 1000)))


def _now() -> int:
    return int(timezone.now().timestamp() * 1000)


def hit_all(buckets: Iterable[tuple[Limit, str]]) -> None:
    """Count one in each bucket in turn, stopping at the first that is full."""
    for limit, subject in buckets:
        hit(limit, subject)


def forget_old() -> int:
    """Remove counters whose window is over; returns how many."""
    return RateCounter.objects.filter(resets_at__lt=_now()).delete()[0]

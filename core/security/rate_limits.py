"""Limits that hold across processes and machines: one counter row a bucket, one atomic UPSERT a hit.

A fixed window that opens with the first hit. Reading, adding and writing back would lose hits under load; the UPSERT
does all three in the database, and is committed by itself so that a rollback of the caller forgets nothing.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from core.models import RateCounter

_HIT = """
    INSERT INTO core_ratecounter (key, hits, resets_at) SELECT %s, 1, %s {where}
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN core_ratecounter.resets_at <= %s THEN 1 ELSE core_ratecounter.hits + 1 END,
        resets_at = CASE WHEN core_ratecounter.resets_at <= %s THEN excluded.resets_at
                         ELSE core_ratecounter.resets_at END
    RETURNING key, hits, resets_at
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
    hit_all([(limit, subject)])


def hit_all(buckets: Iterable[tuple[Limit, str]]) -> None:
    """Count one in each bucket in turn, stopping at the first that is full. Raises LimitedError for that one.

    Give buckets of the same limits in the same order everywhere: each stays locked until the last is counted.
    """
    if not settings.AVA_RATE_LIMITS:
        return
    now, counted = _now(), {limit.key(subject): limit for limit, subject in buckets}
    # PostgreSQL counts them all in one statement: one trip and one commit. SQLite has no such statement.
    chains = [counted] if connection.vendor == "postgresql" else [{key: counted[key]} for key in counted]
    for chain in chains:
        _count(chain, now)


def _count(chain: dict[str, Limit], now: int) -> None:
    params: list[str | int] = []
    room_before: list[int] = []
    for key, limit in chain.items():
        params += [key, now + int(limit.per.total_seconds() * 1000), *room_before, now, now]
        room_before = [limit.hits]
    with connection.cursor() as cursor:
        cursor.execute(_chained(len(chain)), params)
        rows = cursor.fetchall()
    for key, hits, resets_at in rows:
        if hits > chain[key].hits:
            raise LimitedError(chain[key], max(1, -(-(resets_at - now) // 1000)))


@cache
def _chained(length: int) -> str:
    """One statement for so many hits, where each is counted only if the one before it found room."""
    wheres = [f"FROM hit_{place} WHERE hit_{place}.hits <= %s" for place in range(length - 1)]
    # SQLite would take ON CONFLICT for the condition of a join, if there were no WHERE.
    hits = [_HIT.format(where=where) for where in ["WHERE true", *wheres]]
    if length == 1:
        return hits[0]
    parts = ", ".join(f"hit_{place} AS ({statement})" for place, statement in enumerate(hits))
    rows = " UNION ALL ".join(f"SELECT * FROM hit_{place}" for place in range(length))  # noqa: S608 - a number
    return f"WITH {parts} {rows}"


def _now() -> int:
    return int(timezone.now().timestamp() * 1000)


@transaction.atomic
def forget_old() -> int:
    """Remove counters whose window is over; returns how many. One that is being counted is left for the next time."""
    # Waiting for a locked row while holding others, it could meet a chain of hits that does the same.
    old = RateCounter.objects.filter(resets_at__lt=_now()).select_for_update(skip_locked=True)
    return RateCounter.objects.filter(key__in=old.values("key")).delete()[0]

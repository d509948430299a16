"""Keeps the sums over calls: in the transaction that changes a call, and anew from the calls."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F, Model

from calls.models import Call, CallCount, CostBucket, CountBucket, EndingBucket
from calls.statistics.tally import COUNTED, Tally, tally_calls, tally_organization

BATCH = 1000
BUCKETS: tuple[type[Model], ...] = (CountBucket, EndingBucket, CostBucket)


@contextmanager
def counted(*calls: Call, are_new: bool = False) -> Iterator[None]:
    """Keep the sums exact while calls of one organisation, or parts of their costs, are changed, made or deleted.

    It must be entered within the transaction, with the rows of existing calls locked: all of them before the first sum
    is touched, since the sums have a lock of their own that others take after a call's. So a transaction that changes
    several calls passes them together. `are_new` tells that the rows were inserted by this transaction, uncounted.
    """
    pks = [call.pk for call in calls]  # deletion clears them
    before = Tally() if are_new else tally_calls(pks)
    yield
    change = tally_calls(pks)
    change.subtract(before)
    for organization_id in {call.organization_id for call in calls}:
        _add(organization_id, change)


def ensure_counted(organization_id: uuid.UUID) -> None:
    """Count an organisation's calls unless they are counted already, as those from before there were sums."""
    if not CallCount.objects.filter(pk=organization_id).exists():
        rebuild(organization_id)


@transaction.atomic
def rebuild(organization_id: uuid.UUID) -> None:
    """Count all calls of an organisation anew. A call that changes meanwhile waits, and then changes the new sums."""
    _lock(organization_id)
    tally = tally_organization(organization_id)
    made: dict[type[Model], list[Model]] = {model: [] for model in BUCKETS}
    for model, names, sums in tally.rows():
        made[model].append(model(organization_id=organization_id, **names, **sums))
    for model, rows in made.items():
        model._default_manager.filter(organization_id=organization_id).delete()
        model._default_manager.bulk_create(rows, batch_size=BATCH)
    CallCount.objects.filter(pk=organization_id).update(calls=tally.calls)


@transaction.atomic
def count_drift(organization_id: uuid.UUID) -> int:
    """The number of sums that differ from what the calls add up to; 0 where all are exact."""
    _lock(organization_id)
    total = CallCount.objects.get(pk=organization_id).calls
    wanted, kept = tally_organization(organization_id), _kept(organization_id)
    differences = int(total != wanted.calls)
    wanted.subtract(kept)
    return differences + sum(1 for _row in wanted.rows())


def _kept(organization_id: uuid.UUID) -> Tally:
    tally = Tally()
    counts = CountBucket.objects.filter(organization_id=organization_id)
    for start, *sums in counts.values_list("start", *COUNTED):
        for name, value in zip(COUNTED, sums, strict=True):
            tally.counts[name][start,] = value
    endings = EndingBucket.objects.filter(organization_id=organization_id)
    for start, reason, ended in endings.values_list("start", "ended_reason", "ended"):
        tally.endings[start, reason] = ended
    costs = CostBucket.objects.filter(organization_id=organization_id)
    for start, provider, currency, micros in costs.values_list("start", "provider", "currency", "micros"):
        tally.costs[start, provider, currency] = micros
    return tally


def _lock(organization_id: uuid.UUID) -> None:
    """Take the organisation's lock, and make it where there is none yet."""
    CallCount.objects.bulk_create([CallCount(organization_id=organization_id)], ignore_conflicts=True)
    CallCount.objects.select_for_update().get(pk=organization_id)


def _add(organization_id: uuid.UUID, change: Tally) -> None:
    rows = list(change.rows())
    if not rows:
        return
    if not CallCount.objects.filter(pk=organization_id).update(calls=F("calls") + change.calls):
        rebuild(organization_id)  # it sees what this transaction has changed
        return
    for model, names, sums in rows:
        # Under the organisation's lock no other transaction can add the row that is missing.
        bucket = model._default_manager.filter(organization_id=organization_id, **names)
        if not bucket.update(**{name: F(name) + value for name, value in sums.items()}):
            model._default_manager.create(organization_id=organization_id, **names, **sums)

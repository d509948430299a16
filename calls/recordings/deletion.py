"""Deletes recordings: after the days of their organisation, with their call, with their organisation.

A file is deleted by a task that is queued in the transaction of its row, so that neither outlives the other for long. A
worker that dies at the wrong moment may leave a file without a row: those are found once a day.
"""

import contextlib
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from calls.models import Call
from calls.recordings.models import Recording, recording_storage
from calls.recordings.services import LATER
from core.queue.schedule import periodic
from organizations.models import Organization

BATCH = 500  # recordings in one transaction
YOUNGEST_ORPHAN = timedelta(days=1)  # a file is stored before its row says so


@transaction.atomic
def delete_recordings(calls: Iterable[Call]) -> None:
    """Delete the recordings of calls that are about to be deleted themselves: rows now, files after the commit."""
    rows = Recording.objects.filter(pk__in=[call.pk for call in calls])
    names = list(rows.select_for_update().order_by("pk").values_list("file", flat=True))
    if stored := [name for name in names if name]:
        delete_files.enqueue(stored)
    rows.delete()


@periodic(every=timedelta(days=1))
@task()
def delete_old_recordings() -> None:
    """Delete every recording that is older than its organisation keeps them; its row says so from then on."""
    for days in (
        Organization.objects.order_by("recording_days").values_list("recording_days", flat=True).distinct()
    ):
        moment = timezone.now() - timedelta(days=days)
        while _delete_older(moment, days):
            pass


@transaction.atomic
def _delete_older(moment: datetime, days: int) -> int:
    """The number of those that were deleted, a batch at most."""
    old = Recording.objects.filter(state=Recording.State.STORED, recorded_at__lt=moment)
    due = old.filter(call__organization__recording_days=days).select_for_update(of=("self",))
    found = dict(
        due.order_by("pk").values_list("pk", "file")[:BATCH]
    )  # the order in which all lock recordings
    if found:
        Recording.objects.filter(pk__in=found).update(
            state=Recording.State.DELETED, file="", size=0, digest="", deleted_at=timezone.now()
        )
        delete_files.enqueue(list(found.values()))
    return len(found)


@task(priority=LATER)
def delete_files(names: list[str]) -> None:
    """Delete files whose rows no longer name them. A file that is gone already is no error."""
    storage = recording_storage()
    for name in names:
        storage.delete(name)


@task(priority=LATER)
def delete_folder(organization_id: str) -> None:
    """Delete all files of an organisation that was deleted."""
    folder = str(uuid.UUID(organization_id))
    with contextlib.suppress(FileNotFoundError):
        delete_files.call([f"{folder}/{name}" for name in recording_storage().listdir(folder)[1]])


@periodic(every=timedelta(days=1))
@task(priority=LATER)
def delete_orphans() -> None:
    """Delete files that no row names."""
    storage = recording_storage()
    with contextlib.suppress(FileNotFoundError):  # nothing was stored yet
        for folder in storage.listdir("")[0]:
            names = [f"{folder}/{name}" for name in storage.listdir(folder)[1]]
            for start in range(0, len(names), BATCH):
                _delete_unnamed(names[start : start + BATCH])


def _delete_unnamed(names: list[str]) -> None:
    named = set(Recording.objects.filter(file__in=names).values_list("file", flat=True))
    storage = recording_storage()
    oldest = timezone.now() - YOUNGEST_ORPHAN
    for name in set(names) - named:
        if storage.get_modified_time(name) < oldest:
            storage.delete(name)

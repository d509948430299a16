"""Fetches recordings into our storage, with patience: Vapi keeps them for two weeks."""

import hashlib
import logging
import uuid
from datetime import timedelta
from os import SEEK_END
from tempfile import TemporaryFile
from typing import IO

from django.core.files import File
from django.utils import timezone
from django_tasks import task

from calls.enums import Kind
from calls.models import Call
from calls.recordings.download import NoRecordingError, download_recording
from calls.recordings.models import Recording, recording_storage
from connections.problems import ProviderError
from connections.selectors import NotConnectedError
from core.http.client import HttpError
from core.queue.schedule import periodic

logger = logging.getLogger("calls.recordings")

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
KEPT_AT_VAPI = timedelta(days=14)  # of pay-as-you-go customers: https://docs.vapi.ai/security-and-privacy
READY_AFTER = timedelta(hours=1)  # until then, that there is no recording may mean: not yet
BATCH = 100  # a minute
LATER = -10  # the priority of tasks that mail and webhooks need not wait for

SUFFIXES = {"audio/wav": ".wav", "audio/mpeg": ".mp3", "audio/ogg": ".ogg"}


def expect_recording(call: Call) -> None:
    """Have the recording of a call fetched, once, in the caller's transaction.

    Not for calls from web pages, which nothing here places, nor where the organisation does not record: Vapi may have
    recorded all the same, by a change made there.
    """
    if call.kind == Kind.WEB or call.started_at is None or call.ended_at is None:
        return
    if not call.organization.records_calls or Recording.objects.filter(pk=call.pk).exists():
        return
    Recording.objects.create(call=call, recorded_at=call.ended_at, due_at=timezone.now() + FIRST_WAIT)
    fetch_recording.enqueue(str(call.pk))


@periodic(every=timedelta(minutes=1))
@task()
def fetch_recordings() -> None:
    """Queue the recordings that are due. Each is due again later, so that a lost task only costs time."""
    due = Recording.objects.filter(state=Recording.State.WAITING, due_at__lte=timezone.now()).order_by(
        "due_at"
    )
    for pk, due_at, attempts in due.values_list("pk", "due_at", "attempts")[:BATCH]:
        wait = min(FIRST_WAIT * 2 ** min(attempts + 1, 12), LONGEST_WAIT)
        claimed = Recording.objects.filter(pk=pk, due_at=due_at).update(
            due_at=timezone.now() + wait, attempts=attempts + 1
        )
        if claimed:
            fetch_recording.enqueue(str(pk))


@task(priority=LATER)
def fetch_recording(call_id: str) -> None:
    """Fetch one recording. After a failure it is due again, until Vapi no longer has it."""
    waiting = Recording.objects.filter(state=Recording.State.WAITING)
    recording = waiting.select_related("call__organization").filter(pk=uuid.UUID(call_id)).first()
    if recording is None:
        return
    age = timezone.now() - recording.recorded_at
    with TemporaryFile() as file:
        try:
            content_type = download_recording(recording.call, file)
        except (NoRecordingError, NotConnectedError, ProviderError, HttpError) as error:
            logger.warning("No recording yet: %s", type(error).__name__, extra={"call_id": call_id})
            if age > KEPT_AT_VAPI or (isinstance(error, NoRecordingError) and age > READY_AFTER):
                _give_up(recording)
            return
        store_recording(recording, file, content_type=content_type)


def store_recording(recording: Recording, file: IO[bytes], *, content_type: str) -> None:
    """Store what was fetched. Call it outside of a transaction: the storage may be far away."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    size = file.seek(0, SEEK_END)
    file.seek(0)
    storage = recording_storage()
    wanted = f"{recording.call.organization_id}/{recording.call_id}{SUFFIXES[content_type]}"
    name = storage.save(wanted, File(file))
    _finish(
        recording,
        state=Recording.State.STORED,
        file=name,
        content_type=content_type,
        size=size,
        digest=digest,
        fetched_at=timezone.now(),
    )
    if not Recording.objects.filter(file=name).exists():  # deleted meanwhile, with its call
        storage.delete(name)


def _give_up(recording: Recording) -> None:
    _finish(recording, state=Recording.State.GONE)


def _finish(recording: Recording, **outcome: object) -> None:
    """Set the outcome of one that still waits, and have open pages of the call show it."""
    waiting = Recording.objects.filter(pk=recording.pk, state=Recording.State.WAITING)
    if waiting.update(due_at=None, **outcome):
        Call.objects.filter(pk=recording.pk).update(changed_at=timezone.now())

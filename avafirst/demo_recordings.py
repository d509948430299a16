"""Recordings of the demo bakery's newest calls, in the sandbox's voices: the first look finds one that plays."""

from tempfile import TemporaryFile

from django.utils import timezone

from calls.enums import Speaker
from calls.models import Call
from calls.recordings.models import Recording
from calls.recordings.services import store_recording
from organizations.models import Organization
from sandbox.calls.recordings import Recording as Babble

COUNT = 3
_ROLES: dict[str, str] = {Speaker.ASSISTANT: "bot", Speaker.CALLER: "user"}


def add_demo_recordings(organization: Organization) -> None:
    """Store a recording of each of the newest calls in which both sides speak."""
    spoken = Call.objects.for_organization(organization).filter(turns__position=1)
    for call in spoken.newest_first().prefetch_related("turns")[:COUNT]:
        _add_recording(call)


def _add_recording(call: Call) -> None:
    turns = [
        {"role": _ROLES[turn.speaker], "at": float(turn.at), "lasts": float(turn.lasts)}
        for turn in call.turns.all()
    ]
    assert call.ended_at is not None  # noqa: S101 - for the type checker
    babble = Babble(turns, call.seconds or 0)
    recording = Recording.objects.create(call=call, recorded_at=call.ended_at, due_at=timezone.now())
    with TemporaryFile() as file:
        file.writelines(babble.part(0, babble.size))
        store_recording(recording, file, content_type="audio/wav")

import io
import wave
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from sandbox.calls.recordings import TRACKS, Recording
from sandbox.calls.services import Caller, place_call
from sandbox.models import Assistant, Call

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(assistant):
    return place_call(
        assistant=Assistant.objects.get(id=assistant["id"]),
        kind=Call.Kind.INBOUND,
        customer={"number": "+33639981234"},
        caller=Caller("appointment", "medium"),
        is_over=True,
    )


@pytest.fixture
def address(vapi, call):
    answer = vapi("GET", f"/call/{call.id}/mono-recording")
    assert answer.status_code == 302
    return answer.headers["Location"].removeprefix(settings.SITE_URL)


def body_of(response):
    return b"".join(response.streaming_content)


@pytest.mark.variants
@pytest.mark.parametrize("track", TRACKS)
def test_each_track_plays_for_as_long_as_the_call(vapi, client, call, track):
    found = vapi("GET", f"/call/{call.id}/{track}-recording").headers["Location"]
    response = client.get(found.removeprefix(settings.SITE_URL))
    assert (response.status_code, response.headers["Content-Type"]) == (200, "audio/wav")
    content = body_of(response)
    assert len(content) == int(response.headers["Content-Length"])
    with wave.open(io.BytesIO(content)) as sound:
        assert sound.getnchannels() == (2 if track == "stereo" else 1)
        assert sound.getnframes() / sound.getframerate() == pytest.approx(call.seconds, abs=0.26)
        frames = sound.readframes(sound.getnframes())
    assert max(frames) > 170, "nothing to hear"


def test_voices_stay_in_their_tracks(call):
    for track, role in (("customer", "user"), ("assistant", "bot")):
        recording = Recording(call.turns, call.seconds, track)
        other = next(turn for turn in call.turns if turn["role"] != role)
        middle = 44 + int((other["at"] + other["lasts"] / 2) * 8000)
        assert set(b"".join(recording.part(middle, middle + 200))) == {128}


@pytest.mark.variants
@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-", 0, None),
        ("bytes=0-9", 0, 10),
        ("bytes=20-60", 20, 61),
        ("bytes=1999-4100", 1999, 4101),
        ("bytes=-100", -100, None),
        ("bytes=50-999999999", 50, None),
    ],
)
def test_any_part_can_be_had_by_itself(client, address, header, start, stop):
    whole = body_of(client.get(address))
    response = client.get(address, headers={"Range": header})
    part = body_of(response)
    assert (response.status_code, part) == (206, whole[start:stop])
    first = start % len(whole)
    expected = f"bytes {first}-{first + len(part) - 1}/{len(whole)}"
    assert response.headers["Content-Range"] == expected
    assert int(response.headers["Content-Length"]) == len(part)


@pytest.mark.parametrize("header", ["bytes=999999999-", "bytes=-0"])
def test_part_that_is_not_there_is_refused(client, address, header):
    response = client.get(address, headers={"Range": header})
    assert (response.status_code, response.headers["Content-Range"][:8]) == (416, "bytes */")


@pytest.mark.parametrize("header", ["lines=1-2", "bytes=x-", "bytes=-", "bytes=9-8", "bytes=0-1,3-4"])
def test_part_that_is_not_understood_is_the_whole(client, address, header):
    assert client.get(address, headers={"Range": header}).status_code == 200


def test_storage_refuses_a_bearer_that_was_sent_along(client, address):
    response = client.get(address, headers={"Authorization": f"Bearer {settings.SANDBOX_VAPI_KEY}"})
    assert response.status_code == 400


def test_address_opens_nothing_else_and_not_for_long(client, call, address):
    other = address.replace("-mono.wav", "-stereo.wav")
    assert client.get(other).status_code == 403
    assert client.get(address.partition("?")[0]).status_code == 403
    assert client.get(address + "0").status_code == 403
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert client.get(address).status_code == 403


def test_recordings_expire(vapi, call):
    path = f"/call/{call.id}"
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        assert vapi("GET", f"{path}/mono-recording").status_code == 404
        assert "recordingUrl" not in vapi("GET", path).json()["artifact"]


def test_assistant_that_records_nothing_has_none(vapi, assistant):
    row = Assistant.objects.get(id=assistant["id"])
    row.body["artifactPlan"] = {"recordingEnabled": False}
    call = place_call(assistant=row, kind=Call.Kind.INBOUND, customer={}, is_over=True)
    assert vapi("GET", f"/call/{call.id}/mono-recording").status_code == 404
    assert "recordingUrl" not in vapi("GET", f"/call/{call.id}").json()["artifact"]


def test_running_call_has_none(vapi, assistant):
    row = Assistant.objects.get(id=assistant["id"])
    call = place_call(assistant=row, kind=Call.Kind.INBOUND, customer={})
    assert vapi("GET", f"/call/{call.id}/mono-recording").status_code == 404

"""Playing a recording, and what the page of a call says of it."""

import re

import pytest
from django.utils import timezone

from accounts.tests.helpers import text_of
from calls.models import Call, Recording
from calls.recordings.models import recording_storage
from calls.tests.factories import SOUND, CallFactory, RecordingFactory, call_with
from core.web import byte_ranges
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db

SIZE = len(SOUND)
WHOLE = (200, 0, SIZE)


@pytest.fixture
def recording(bakery) -> Recording:
    return RecordingFactory(call=call_with([("caller", "Allô ?")], organization=bakery))


def path_of(recording: Recording, *, page: bool = False, locale: str = "fr") -> str:
    path = f"/{locale}/o/bakery/calls/{recording.call_id}"
    return path if page else f"{path}/recording"


@pytest.mark.parametrize(
    ("headers", "status", "start", "stop"),
    [
        ({}, *WHOLE),
        ({"Range": "bytes=0-"}, 206, 0, SIZE),
        ({"Range": "bytes=0-0"}, 206, 0, 1),
        ({"Range": "bytes=100-199"}, 206, 100, 200),
        ({"Range": f"bytes={SIZE - 1}-"}, 206, SIZE - 1, SIZE),
        ({"Range": "bytes=50-999999999"}, 206, 50, SIZE),
        ({"Range": "bytes=-100"}, 206, SIZE - 100, SIZE),
        ({"Range": "bytes=-999999999"}, 206, 0, SIZE),
        ({"Range": f"bytes={SIZE}-"}, 416, 0, 0),
        ({"Range": "bytes=-0"}, 416, 0, 0),
        ({"Range": "bytes=9-8"}, *WHOLE),
        ({"Range": "bytes=0-1,3-4"}, *WHOLE),
        ({"Range": "lines=0-1"}, *WHOLE),
        ({"Range": "bytes=-"}, *WHOLE),
        ({"Range": "bytes=0-9", "If-Range": '"5d"'}, 206, 0, 10),
        ({"Range": "bytes=0-9", "If-Range": '"other"'}, *WHOLE),
        ({"Range": "bytes=0-9", "If-Range": "Sat, 28 Nov 2026 08:00:00 GMT"}, *WHOLE),
        ({"Range": f"bytes={SIZE}-", "If-Range": '"other"'}, *WHOLE),
    ],
)
def test_any_range_is_played(as_user, member, recording, headers, status, start, stop):
    response = as_user(member).get(path_of(recording), headers=headers)
    assert (response.status_code, response.getvalue()) == (status, SOUND[start:stop])
    ranges = {206: f"bytes {start}-{stop - 1}/{SIZE}", 416: f"bytes */{SIZE}"}
    assert response.headers.get("Content-Range") == ranges.get(status)
    if status != 416:
        assert response.headers["Content-Length"] == str(stop - start)
        assert response.headers["ETag"] == '"5d"'
        assert response.headers["Content-Type"] == "audio/wav"
        assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Cache-Control"] == "private"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_head_says_how_long_it_is(as_user, member, recording):
    response = as_user(member).head(path_of(recording), headers={"Range": "bytes=0-9"})
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Content-Length"] == str(SIZE)


def test_player_that_asks_for_the_rest_gets_a_part_of_it(as_user, member, recording, monkeypatch):
    monkeypatch.setattr(byte_ranges, "LONGEST_PART", 500)
    response = as_user(member).get(path_of(recording), headers={"Range": "bytes=100-"})
    assert response.getvalue() == SOUND[100:600]
    assert response.headers["Content-Range"] == f"bytes 100-599/{SIZE}"


def test_viewer_neither_hears_nor_sees_it(as_user, viewer, recording):
    client = as_user(viewer)
    assert client.get(path_of(recording)).status_code == 403
    page = text_of(client.get(path_of(recording, page=True)))
    assert "/recording" not in page
    assert 'data-controller="player"' not in page


def test_recording_of_another_organisation_is_not_there(as_user, member):
    theirs = RecordingFactory(call=CallFactory(organization=OrganizationFactory()))
    assert as_user(member).get(path_of(theirs)).status_code == 404


@pytest.mark.parametrize("state", ["waiting", "gone", "deleted"])
def test_what_is_not_stored_is_not_there(as_user, member, bakery, state):
    recording = RecordingFactory(call=CallFactory(organization=bakery), **{state: True})
    assert as_user(member).get(path_of(recording)).status_code == 404


def test_file_that_was_lost_is_404(as_user, member, recording):
    recording_storage().delete(recording.file.name)
    assert as_user(member).get(path_of(recording)).status_code == 404


def test_page_has_a_player_that_works_without_scripts(as_user, member, recording):
    page = text_of(as_user(member).get(path_of(recording, page=True)))
    assert re.search(rf'<audio[^>]*controls[^>]*src="{path_of(recording)}"', page)
    assert 'href="#t0"' in page
    assert 'id="t0"' in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("waiting", "being fetched from Vapi"),
        ("gone", "Vapi no longer has the recording"),
        ("deleted", "The recording was deleted after 0 days"),
        ("", "This call was not recorded"),
    ],
)
def test_page_says_why_there_is_no_player(as_user, member, bakery, state, words):
    call = CallFactory(organization=bakery)
    if state:
        RecordingFactory(call=call, **{state: True})
    page = text_of(as_user(member).get(f"/en/o/bakery/calls/{call.pk}"))
    assert words in page
    assert 'data-controller="player"' not in page


def test_unanswered_call_says_nothing_of_a_recording(as_user, member, bakery):
    call = CallFactory(organization=bakery, started_at=None, ended_at=timezone.now(), seconds=0)
    assert "recorded" not in text_of(as_user(member).get(f"/en/o/bakery/calls/{call.pk}"))


def test_open_page_gets_the_player_once_the_recording_is_here(as_user, member, bakery):
    recording = RecordingFactory(waiting=True, call=CallFactory(organization=bakery))
    client = as_user(member)
    page = client.get(path_of(recording, page=True))
    assert "data-poll" in page.content.decode()
    seen = {"seen": page.context["page"].mark}
    state = f"{path_of(recording, page=True)}/state"
    assert client.get(state, seen, headers={"HX-Request": "true"}).status_code == 204
    RecordingFactory(call=CallFactory(organization=bakery))
    stored = RecordingFactory.build(call=recording.call)
    Recording.objects.filter(pk=recording.pk).update(state="stored", file=stored.file.name, due_at=None)
    Call.objects.filter(pk=recording.pk).update(changed_at=timezone.now())
    answer = client.get(state, seen, headers={"HX-Request": "true"}).content.decode()
    assert 'data-controller="player"' in answer
    assert "data-poll" not in answer

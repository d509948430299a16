"""Recordings are fetched from Vapi, whatever it and its storage answer, and deleted when their time is over."""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from assistants.services import create_assistant
from assistants.tests.factories import data_of
from calls.models import Call, Recording, WebhookMessage
from calls.progress.facts import read_message
from calls.progress.services import apply_facts
from calls.recordings import deletion, download, services
from calls.recordings.models import recording_storage
from calls.tests.factories import SOUND, CallFactory, RecordingFactory
from calls.tests.messages import ending, report
from calls.wire import MESSAGE, select
from core.tests import wild
from organizations.settings.services import delete_organization
from organizations.tests.factories import OrganizationFactory
from sandbox.calls.recordings import Recording as Babble
from sandbox.calls.services import place_call
from sandbox.models import Assistant as Remote
from sandbox.models import Call as RemoteCall

pytestmark = pytest.mark.django_db

State = Recording.State
SIGNED = "https://storage.example.com/mono.wav?signature=canary"


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path) -> Path:
    """Where the recordings of one test are."""
    monkeypatch.setattr(recording_storage(), "location", str(tmp_path))
    return tmp_path


@pytest.fixture
def bakery(bakery):
    bakery.records_calls = True
    bakery.save()
    return bakery


@pytest.fixture
def waiting(connected, bakery) -> Recording:
    """A recording that is to be fetched: its call has just ended."""
    return RecordingFactory(waiting=True, call=CallFactory(organization=bakery))


@pytest.fixture
def vapi(settings, httpserver):
    """Vapi and the storage behind it, in one server that is our own origin: only such a one may be on loopback."""
    settings.SITE_URL = httpserver.url_for("").rstrip("/")
    return httpserver


def answer_call(server: Any, recording: Recording, **artifact: Any) -> str:
    """Have Vapi answer with the call; the path of its recording."""
    path = f"/sandbox/vapi/call/{recording.call.vapi_id}"
    body = {"id": recording.call.vapi_id, "artifact": artifact}
    server.expect_request(path).respond_with_json(body)
    return f"{path}/mono-recording"


def redirect(server: Any, path: str, to: str) -> None:
    server.expect_request(path).respond_with_data("", status=302, headers={"Location": to})


def bearers(server: Any) -> dict[str, bool]:
    """By path: whether our key was sent."""
    return {request.path: "Authorization" in request.headers for request, _answer in server.log}


def fetch(recording: Recording) -> str:
    services.fetch_recording.call(str(recording.pk))
    recording.refresh_from_db()
    return recording.state


def content_of(recording: Recording) -> bytes:
    with recording.file.open() as file:
        return bytes(file.read())


def files() -> list[str]:
    storage = recording_storage()
    if not storage.exists(""):
        return []
    return [f"{folder}/{name}" for folder in storage.listdir("")[0] for name in storage.listdir(folder)[1]]


# Which calls


def reported(organization, artifact: dict[str, Any], **call: str) -> Call:
    told = ending()
    body = report(artifact=told["artifact"] | artifact)["message"]
    body["call"] |= call
    facts = read_message(select(body, MESSAGE))
    assert facts is not None
    apply_facts(organization, facts)
    apply_facts(organization, facts)
    return Call.objects.get(organization=organization)


@pytest.mark.parametrize("name", ["presignedMonoUrl", "recordingUrl"])
def test_report_that_names_a_recording_has_it_fetched(bakery, name):
    call = reported(bakery, {name: SIGNED})
    assert (call.recording.state, call.recording.recorded_at) == (State.WAITING, call.ended_at)


def test_nothing_is_fetched_of_what_is_not_recorded(bakery):
    silent = OrganizationFactory(records_calls=False)
    assert not hasattr(reported(silent, {"recordingUrl": SIGNED}), "recording")
    assert not hasattr(reported(bakery, {}), "recording")
    browser = OrganizationFactory(records_calls=True)
    assert not hasattr(reported(browser, {"recordingUrl": SIGNED}, type="webCall"), "recording")


def test_address_of_a_recording_is_not_stored(bakery, tell, settings):
    told = ending()["artifact"] | {"presignedMonoUrl": SIGNED, "recording": {"mono": {"combinedUrl": SIGNED}}}
    settings.SITE_URL = "http://127.0.0.1:1"  # nothing answers
    tell(report(artifact=told))
    assert Recording.objects.get().state == State.WAITING
    stored = [str(row) for model in (WebhookMessage, Call, Recording) for row in model.objects.values()]
    assert "canary" not in "".join(stored)


def test_call_of_the_sandbox_is_stored_as_it_was_spoken(connected, bakery, sandbox, owner, run_tasks):
    create_assistant(actor=owner.memberships.select_related("organization").get(), data=data_of())
    run_tasks()
    place_call(
        assistant=Remote.objects.get(),
        kind=RemoteCall.Kind.INBOUND,
        customer={"number": "+33639981234"},
        is_over=True,
    )
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):
        run_tasks()
    remote, recording = RemoteCall.objects.get(), Recording.objects.get()
    spoken = Babble(remote.turns, remote.seconds)
    assert content_of(recording) == b"".join(spoken.part(0, spoken.size))
    assert (recording.state, recording.size) == (State.STORED, spoken.size)


# The way to the file


def test_signed_address_comes_first_and_our_key_goes_to_vapi_alone(waiting, vapi):
    answer_call(vapi, waiting, presignedMonoUrl=vapi.url_for("/storage"))
    vapi.expect_request("/storage").respond_with_data(SOUND, content_type="text/html")
    assert fetch(waiting) == State.STORED
    assert (content_of(waiting), waiting.content_type, waiting.due_at) == (SOUND, "audio/wav", None)
    assert bearers(vapi) == {f"/sandbox/vapi/call/{waiting.call.vapi_id}": True, "/storage": False}


def test_vapi_is_asked_for_another_address_where_the_first_one_fails(waiting, vapi):
    path = answer_call(vapi, waiting, presignedMonoUrl=vapi.url_for("/expired"))
    vapi.expect_request("/expired").respond_with_data("", status=403)
    redirect(vapi, path, "/next")
    redirect(vapi, "/next", vapi.url_for("/storage"))
    vapi.expect_request("/storage").respond_with_data(b"ID3" + SOUND)
    assert fetch(waiting) == State.STORED
    assert (waiting.content_type, waiting.file.name[-4:]) == ("audio/mpeg", ".mp3")
    sent = bearers(vapi)
    assert sent[path]
    assert not any(sent[each] for each in ("/expired", "/next", "/storage"))


@pytest.mark.parametrize(
    "address",
    [
        "https://10.0.0.1/mono.wav",
        "http://127.0.0.1:1/mono.wav",
        "https://169.254.169.254/x",
        "file:///etc/passwd",
        "https://[",
    ],
)
def test_no_address_leads_into_the_private_network(waiting, vapi, address):
    path = answer_call(vapi, waiting, presignedMonoUrl=vapi.url_for("/storage"))
    redirect(vapi, "/storage", address)
    redirect(vapi, path, address)
    assert (fetch(waiting), files()) == (State.WAITING, [])


def test_redirects_without_end_are_given_up(waiting, vapi):
    path = answer_call(vapi, waiting, presignedMonoUrl=vapi.url_for("/storage"))
    redirect(vapi, "/storage", "/storage")
    redirect(vapi, path, "/storage")
    assert fetch(waiting) == State.WAITING


@pytest.mark.parametrize(
    "body", [b"<html>no</html>", b"", b"\xff\xfea\x00", SOUND * 3], ids=["page", "none", "text", "large"]
)
def test_what_is_no_recording_is_not_stored(waiting, vapi, monkeypatch, body):
    monkeypatch.setattr(download, "LARGEST", len(SOUND) * 2)
    path = answer_call(vapi, waiting)
    redirect(vapi, path, "/storage")
    vapi.expect_request("/storage").respond_with_data(body, content_type="audio/wav")
    assert (fetch(waiting), files()) == (State.WAITING, [])


@pytest.mark.parametrize("behaviour", [wild.truncate, wild.hang, wild.drip_body, wild.babble])
def test_storage_that_lies_or_hangs_holds_nobody(waiting, settings, monkeypatch, behaviour):
    monkeypatch.setattr(download, "TIMEOUT", 0.3)
    with wild.serving(behaviour) as site:
        settings.SITE_URL = site
        monkeypatch.setattr(download, "_addresses", lambda *_any: iter([f"{site}/mono.wav"]))
        assert (fetch(waiting), files()) == (State.WAITING, [])


# Patience


def test_failed_fetch_is_tried_again_until_it_succeeds(waiting, vapi, run_tasks):
    before = waiting.call.changed_at
    path = answer_call(vapi, waiting)
    vapi.expect_ordered_request(path).respond_with_data("", status=503)
    assert fetch(waiting) == State.WAITING
    vapi.clear()
    redirect(vapi, answer_call(vapi, waiting), "/storage")
    vapi.expect_request("/storage").respond_with_data(SOUND)
    services.fetch_recordings.call()
    services.fetch_recordings.call()
    run_tasks()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (State.STORED, 1)
    assert before < Call.objects.get().changed_at, "open pages show it"


@pytest.mark.parametrize(
    ("status", "after", "state"),
    [
        (404, timedelta(minutes=5), State.WAITING),  # not ready yet
        (404, timedelta(hours=2), State.GONE),
        (503, timedelta(hours=2), State.WAITING),
        (401, timedelta(days=13), State.WAITING),
        (503, timedelta(days=15), State.GONE),
    ],
)
def test_recording_is_given_up_once_vapi_does_not_have_it(waiting, vapi, status, after, state):
    path = answer_call(vapi, waiting)
    vapi.expect_request(path).respond_with_json({"message": "no"}, status=status)
    with time_machine.travel(timezone.now() + after, tick=False):
        assert fetch(waiting) == state


def test_disconnected_organisation_waits_too(bakery):
    waiting = RecordingFactory(waiting=True, call=CallFactory(organization=bakery))
    assert fetch(waiting) == State.WAITING


def test_waits_grow_to_six_hours(waiting, vapi):
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _time in range(12):
            waiting.refresh_from_db()
            clock.move_to(waiting.due_at)
            services.fetch_recordings.call()
            waits.append((Recording.objects.get().due_at - waiting.due_at) / timedelta(minutes=1))
    assert waits[:3] == [2, 4, 8]
    assert waits[-1] == 360


# Deletion


def test_recordings_go_after_the_days_of_their_organisation(bakery, run_tasks, monkeypatch):
    monkeypatch.setattr(deletion, "BATCH", 2)
    bakery.recording_days = 30
    bakery.save()

    def recorded(days: int, organization=bakery) -> Recording:
        at = timezone.now() - timedelta(days=days, minutes=2)
        return RecordingFactory(call=CallFactory(organization=organization, created_at=at))

    kept = [recorded(29), recorded(31, OrganizationFactory(recording_days=365))]
    old = [recorded(days) for days in (31, 40, 400)]
    deletion.delete_old_recordings.call()
    deletion.delete_old_recordings.call()
    run_tasks()
    assert sorted(files()) == sorted(str(each.file) for each in kept)
    for recording in old:
        recording.refresh_from_db()
        assert (recording.state, recording.file.name) == (State.DELETED, "")
    assert [each.days_kept for each in old] == [31, 40, 400]


def test_recording_goes_with_its_call_after_the_commit(run_tasks):
    recording, other = RecordingFactory(), RecordingFactory()
    deletion.delete_recordings([recording.call, CallFactory()])
    assert len(files()) == 2
    run_tasks()
    assert files() == [other.file.name]
    assert Recording.objects.get() == other


def test_call_that_is_deleted_while_its_recording_comes_leaves_no_file(waiting, vapi, monkeypatch):
    def download_late(call: Call, file: Any) -> str:
        file.write(SOUND)
        Call.objects.filter(pk=call.pk).delete()
        return "audio/wav"

    monkeypatch.setattr(services, "download_recording", download_late)
    services.fetch_recording.call(str(waiting.pk))
    assert files() == []


def test_recordings_go_with_their_organisation(bakery, owner, run_tasks):
    RecordingFactory.create_batch(2, call__organization=bakery)
    other = RecordingFactory()
    delete_organization(actor=owner.memberships.select_related("organization").get())
    run_tasks()
    assert files() == [other.file.name]


def test_old_files_that_no_row_names_are_found(bakery):
    kept, lost, young = RecordingFactory(), RecordingFactory(), RecordingFactory()
    Recording.objects.filter(pk__in=[lost.pk, young.pk]).delete()
    two_days_ago = time.time() - 2 * 24 * 3600
    for each in (kept, lost):
        os.utime(recording_storage().path(each.file.name), (two_days_ago, two_days_ago))
    deletion.delete_orphans.call()
    assert sorted(files()) == sorted([kept.file.name, young.file.name])


def test_stored_files_are_private(folder):
    path = folder / RecordingFactory().file.name
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0

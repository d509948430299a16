"""Recordings in a bucket: stored, played by ranges, listed and deleted over S3's protocol."""

import re

import pytest
from werkzeug import Request, Response

from calls.recordings import deletion
from calls.recordings.s3 import BucketStorage
from calls.tests.factories import SOUND, RecordingFactory

pytestmark = pytest.mark.django_db

LIST = """<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated>{}
</ListBucketResult>"""


class Bucket:
    """As much of S3 as django-storages asks for: objects by name, ranges, and folders in a list."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.ranges: list[str] = []
        self.signed: set[bool] = set()

    def answer(self, request: Request) -> Response:
        self.signed.add("AKEXAMPLE" in request.headers.get("Authorization", ""))
        name = request.path.removeprefix("/recordings").removeprefix("/")
        if request.method == "PUT":
            self.objects[name] = _unchunked(request)
            return Response(headers={"ETag": '"x"'})
        if request.method == "DELETE":
            self.objects.pop(name, None)
            return Response(status=204)
        if not name:
            return self._list(request.args.get("prefix", ""))
        if name not in self.objects:
            return Response("<Error><Code>NoSuchKey</Code></Error>", status=404)
        return self._part(name, request.headers.get("Range", ""))

    def _part(self, name: str, asked: str) -> Response:
        self.ranges.append(asked)
        start, stop = (int(each) for each in asked.removeprefix("bytes=").split("-"))
        return Response(self.objects[name][start : stop + 1], status=206)

    def _list(self, prefix: str) -> Response:
        rest = {name.removeprefix(prefix) for name in self.objects if name.startswith(prefix)}
        folders = {each.split("/")[0] for each in rest if "/" in each}
        found = [f"<CommonPrefixes><Prefix>{prefix}{each}/</Prefix></CommonPrefixes>" for each in folders]
        found += [f"<Contents><Key>{prefix}{each}</Key></Contents>" for each in rest if "/" not in each]
        return Response(LIST.format("".join(found)), content_type="application/xml")


def _unchunked(request: Request) -> bytes:
    """The body, out of the chunks in which boto3 sends it with a checksum."""
    body = request.get_data()
    if "aws-chunked" not in request.headers.get("Content-Encoding", ""):
        return body
    found = b""
    while body:
        size, _line, body = body.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16)
        if not length:
            break
        found, body = found + body[:length], body[length + 2 :]
    return found


@pytest.fixture
def bucket(httpserver, monkeypatch) -> Bucket:
    bucket = Bucket()
    httpserver.expect_request(re.compile("^/recordings")).respond_with_handler(bucket.answer)
    storage = BucketStorage(
        access_key="AKEXAMPLE",
        secret_key="secret",
        bucket_name="recordings",
        endpoint_url=httpserver.url_for("").rstrip("/"),
        region_name="eu-west-3",
    )
    for module in ("deletion", "models", "services", "views"):
        monkeypatch.setattr(f"calls.recordings.{module}.recording_storage", lambda: storage)
    monkeypatch.setattr("calls.tests.factories.recording_storage", lambda: storage)
    return bucket


def test_bucket_stores_plays_and_deletes(bucket, as_user, member, bakery, run_tasks):
    recording, other = RecordingFactory(call__organization=bakery), RecordingFactory()
    assert bucket.objects[recording.file.name] == SOUND
    path = f"/fr/o/bakery/calls/{recording.call_id}/recording"
    client = as_user(member)
    assert client.get(path, headers={"Range": "bytes=100-199"}).getvalue() == SOUND[100:200]
    assert bucket.ranges == ["bytes=100-199"]
    deletion.delete_recordings([recording.call])
    run_tasks()
    assert set(bucket.objects) == {other.file.name}
    deletion.delete_folder.call(str(other.call.organization_id))
    assert (bucket.objects, bucket.signed) == ({}, {True})


def test_file_that_is_not_in_the_bucket_is_404(bucket, as_user, member, bakery):
    recording = RecordingFactory(call__organization=bakery)
    bucket.objects.clear()
    assert as_user(member).get(f"/fr/o/bakery/calls/{recording.call_id}/recording").status_code == 404

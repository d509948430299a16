"""Fetches the recording of a call from Vapi and the storage behind it, neither of which is trusted."""

import logging
import time
from collections.abc import Iterator
from typing import IO
from urllib.parse import urljoin

from calls.models import Call
from connections.problems import Problem, ProviderError
from connections.selectors import vapi_client
from connections.vapi.client import VapiClient
from core.http import client as http

logger = logging.getLogger("calls.recordings")

LARGEST = 100 * 1024 * 1024  # bytes: ten minutes of uncompressed speech are twenty million
TIMEOUT = 60.0  # seconds, for all redirects together
MOST_HOPS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class NoRecordingError(Exception):
    """Vapi answers that it has no such recording."""


def download_recording(call: Call, file: IO[bytes]) -> str:
    """Write the recording into `file`, and return the type of its content.

    First from the address in Vapi's present answer, which is valid for a short time, then from the one to which Vapi
    redirects. Raises NoRecordingError, NotConnectedError, ProviderError, or HttpError of the storage.
    """
    failure: Exception = NoRecordingError()
    try:
        for address in _addresses(vapi_client(call.organization), call.vapi_id):
            try:
                return _download(address, file)
            except http.HttpError as error:
                logger.warning("No recording: %s", error, extra={"call_id": str(call.pk)})
                failure = error
    except ProviderError as error:
        if error.problem == Problem.GONE:
            raise NoRecordingError from error
        raise
    raise failure


def _addresses(client: VapiClient, vapi_id: str) -> Iterator[str]:
    """`Artifact.presignedMonoUrl` of `GET /call/{id}`, then where `GET /call/{id}/mono-recording` leads."""
    artifact = client.get_call(vapi_id).body.get("artifact")
    presigned = artifact.get("presignedMonoUrl") if isinstance(artifact, dict) else None
    if isinstance(presigned, str):
        yield presigned
    yield client.find_recording(vapi_id)


def _download(address: str, file: IO[bytes]) -> str:
    """Every address is asked without our key, which the storage refuses and which is none of its business."""
    until = time.monotonic() + TIMEOUT
    for _hop in range(MOST_HOPS):
        file.seek(0)
        file.truncate()
        left = max(until - time.monotonic(), 0.001)
        answer = http.send("GET", address, foreign=True, into=file, max_bytes=LARGEST, timeout=left)
        if answer.status == 200:
            file.seek(0)
            return _type_of(file.read(16))
        if answer.status not in _REDIRECTS:
            raise http.MalformedError(f"status {answer.status}, and no recording")
        address = _target(address, answer.headers.get("location", ""))
    raise http.MalformedError("one redirect after the other")


def _target(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError as error:
        raise http.MalformedError("a redirect to an invalid address") from error


def _type_of(head: bytes) -> str:
    """By the first bytes: a browser that believed a header might run the file."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[:3] == b"ID3" or (head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    if head[:4] == b"OggS":
        return "audio/ogg"
    raise http.MalformedError("no sound")

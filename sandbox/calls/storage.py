"""Recordings at signed URLs that are valid for half an hour, from a server that refuses bearer tokens.

The storage behind Vapi is like this. It checks no keys: the URL is enough.
"""

import re
import uuid
from datetime import timedelta
from http import HTTPStatus

from django.core.signing import Signer
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from core.web.public_views import public
from sandbox.calls.recordings import TRACKS, Recording
from sandbox.models import Call

VALID_FOR = timedelta(minutes=30)
KEPT_FOR = timedelta(days=14)  # recordings of pay-as-you-go customers


def signed_path(call: Call, track: str) -> str:
    """The path of a track, valid for half an hour."""
    expires = int((timezone.now() + VALID_FOR).timestamp())
    path = reverse("sandbox:storage", args=[call.id, track])
    return f"{path}?expires={expires}&signature={_signature(call.id, track, str(expires))}"


def has_recording(call: Call) -> bool:
    """Whether there is a recording: the call was answered, and ended less than `KEPT_FOR` ago."""
    return call.seconds > 0 and call.ended_at <= timezone.now() < call.ended_at + KEPT_FOR


def _signature(call_id: uuid.UUID, track: str, expires: str) -> str:
    return Signer(salt="sandbox.storage").signature(f"{call_id}/{track}/{expires}")


@public
def stored(request: HttpRequest, call_id: uuid.UUID, track: str) -> HttpResponseBase:
    """A track, or the requested range of it."""
    expires = request.GET.get("expires", "")
    signature = _signature(call_id, track, expires)
    if not constant_time_compare(request.GET.get("signature", ""), signature):
        return _refused(HTTPStatus.FORBIDDEN, "SignatureDoesNotMatch")
    if request.headers.get("Authorization"):
        return _refused(HTTPStatus.BAD_REQUEST, "InvalidArgument")
    if int(expires) < timezone.now().timestamp():
        return _refused(HTTPStatus.FORBIDDEN, "ExpiredRequest")
    call = Call.objects.filter(id=call_id).first()
    if call is None or track not in TRACKS or not has_recording(call):
        return _refused(HTTPStatus.NOT_FOUND, "NoSuchKey")
    return _sent(Recording(call, track), request.headers.get("Range", ""))


def _refused(status: HTTPStatus, code: str) -> HttpResponse:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code></Error>'
    return HttpResponse(body, status=status, content_type="application/xml")


def _sent(recording: Recording, asked: str) -> HttpResponseBase:
    """The whole track, or one range of it, which players request to seek."""
    wanted = _range(asked, recording.size)
    start, stop = wanted or (0, recording.size)
    if start >= stop:
        refused = _refused(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "InvalidRange")
        refused.headers["Content-Range"] = f"bytes */{recording.size}"
        return refused
    response = StreamingHttpResponse(recording.part(start, stop), content_type="audio/wav")
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Length"] = str(stop - start)
    response.headers["Cache-Control"] = f"private, max-age={int(VALID_FOR.total_seconds())}"
    if wanted:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{recording.size}"
    return response


def _range(asked: str, size: int) -> tuple[int, int] | None:
    """Start and stop (not included); None for a missing or unsupported header."""
    found = re.fullmatch(r"bytes=(\d{0,12})-(\d{0,12})", asked)
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return max(size - int(last), 0), size
    return int(first), min(int(last) + 1, size) if last else size

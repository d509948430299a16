"""Recordings at signed URLs that are valid for half an hour, from a server that refuses bearer tokens.

The storage behind Vapi is like this. It checks no keys: the URL is enough.
"""

import uuid
from datetime import timedelta
from http import HTTPStatus

from django.core.signing import Signer
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from core.web.byte_ranges import send_file
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
    """Whether there is a recording: not switched off, and of an answered call that ended less than `KEPT_FOR` ago."""
    is_recorded = (call.assistant.get("artifactPlan") or {}).get("recordingEnabled", True)  # Vapi's default
    return (
        bool(is_recorded) and call.seconds > 0 and call.ended_at <= timezone.now() < call.ended_at + KEPT_FOR
    )


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
    recording = Recording(call.turns, call.seconds, track)
    response = send_file(request, recording.part, size=recording.size, content_type="audio/wav")
    response.headers["Cache-Control"] = f"private, max-age={int(VALID_FOR.total_seconds())}"
    return response


def _refused(status: HTTPStatus, code: str) -> HttpResponse:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code></Error>'
    return HttpResponse(body, status=status, content_type="application/xml")

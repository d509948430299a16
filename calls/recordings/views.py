"""Plays a recording."""

import uuid

from django.http import Http404
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from calls.models import Call
from calls.recordings.models import Recording, recording_storage
from core.web.byte_ranges import send_file
from organizations.access import OrganizationRequest, organization_view
from organizations.permissions import Permission


@require_safe
@organization_view(Permission.RECORDING_PLAY)
def play(request: OrganizationRequest, call_id: uuid.UUID) -> HttpResponseBase:
    """The recording of a call, or a range of it; 404 where none is stored."""
    own = Call.objects.for_organization(request.organization)
    stored = Recording.objects.filter(call__in=own, state=Recording.State.STORED)
    recording = stored.filter(pk=call_id).first()
    if recording is None:
        raise Http404
    name = str(recording.file.name)
    try:
        response = send_file(
            request,
            lambda start, stop: recording_storage().part(name, start, stop),
            size=recording.size,
            content_type=recording.content_type,
            etag=f'"{recording.digest}"',
        )
    except FileNotFoundError as error:
        raise Http404 from error
    response.headers["Cache-Control"] = "private"
    return response

import re
import uuid
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse

from sandbox.calls.services import place_call
from sandbox.calls.storage import has_recording, signed_path
from sandbox.limits import CONCURRENCY, CONCURRENCY_IN_ALL
from sandbox.models import Call, PhoneNumber
from sandbox.trouble.switches import next_trouble
from sandbox.vapi.call_shapes import call_body
from sandbox.vapi.endpoints import (
    answer_list,
    endpoint,
    make_room,
    read_body,
    read_id,
    without_nulls,
)
from sandbox.vapi.errors import RefusedError, bad_request, not_found
from sandbox.vapi.views.assistants import find_assistant

FILTERS = {"id": "id", "assistantId": "assistant_id", "phoneNumberId": "phone_number_id"}
# The published description of the 503.
NOT_ERASED = "Failed to erase call recordings; the call was not deleted. Retry the request."
KEPT = ("name",)  # properties that a call returns as they were sent


def _find(key: str, identifier: uuid.UUID) -> Call:
    found: Call | None = Call.objects.of(key).filter(id=identifier).first()
    if found is None:
        raise not_found("call", identifier)
    return found


def _list(request: HttpRequest, key: str) -> JsonResponse:
    wanted = {
        column: read_id(name, request.GET[name]) for name, column in FILTERS.items() if request.GET.get(name)
    }
    return answer_list(request, Call.objects.of(key).filter(**wanted), call_body)


def _create(request: HttpRequest, key: str) -> JsonResponse:
    """Place a call, which then runs by the clock."""
    body = read_body(request, "CreateCallDTO")
    make_room(Call, key)
    customer = _customer(body)
    assistant = find_assistant(key, read_id("assistantId", body.get("assistantId")))
    number = _number(body, key)
    running = Call.objects.of(key).running().count()
    if running >= CONCURRENCY or Call.objects.running().count() >= CONCURRENCY_IN_ALL:
        raise bad_request("Over Concurrency Limit. Wait for a call to end, or raise the limit.")
    call = place_call(
        assistant=assistant,
        kind=Call.Kind.OUTBOUND,
        customer=customer,
        number=number,
        request={name: body[name] for name in KEPT if name in body},
    )
    limits = {
        "concurrencyBlocked": False,
        "concurrencyLimit": CONCURRENCY,
        "remainingConcurrentCalls": CONCURRENCY - running - 1,
    }
    return JsonResponse(call_body(call) | {"subscriptionLimits": limits}, status=201)


def _customer(body: dict[str, Any]) -> dict[str, Any]:
    customer: dict[str, Any] = without_nulls(body.get("customer") or {})
    if not re.fullmatch(r"\+[1-9]\d{6,14}", customer.get("number") or ""):
        raise bad_request("customer.number must be a valid phone number in the E.164 format")
    return customer


def _number(body: dict[str, Any], key: str) -> PhoneNumber:
    identifier = read_id("phoneNumberId", body.get("phoneNumberId"))
    found: PhoneNumber | None = PhoneNumber.objects.of(key).filter(id=identifier).first()
    if found is None:
        raise not_found("phoneNumber", identifier)
    return found


def _show(request: HttpRequest, key: str, id: uuid.UUID) -> JsonResponse:  # noqa: A002
    return JsonResponse(call_body(_find(key, id)))


def _delete(request: HttpRequest, key: str, id: uuid.UUID) -> JsonResponse:  # noqa: A002
    """Erase a call with its recording; a fault has the recording not erased yet, and so the call stays."""
    read_body(request, "DeleteCallDTO")
    call = _find(key, id)
    if next_trouble("vapi", "erasing"):
        raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, NOT_ERASED)
    body = call_body(call)
    call.delete()
    return JsonResponse(body)


def _recording(request: HttpRequest, key: str, id: uuid.UUID, track: str) -> HttpResponseRedirect:  # noqa: A002
    call = _find(key, id)
    if not has_recording(call):
        raise not_found("recording", id)
    return HttpResponseRedirect(f"{settings.SITE_URL}{signed_path(call, track)}")


collection = endpoint(GET=_list, POST=_create)
single = endpoint(GET=_show, DELETE=_delete)
recording = endpoint(GET=_recording)

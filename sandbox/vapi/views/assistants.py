import uuid

from django.db import DatabaseError, transaction
from django.http import HttpRequest, JsonResponse

from sandbox.models import Assistant, now
from sandbox.trouble.switches import next_trouble
from sandbox.vapi.endpoints import (
    answer_list,
    check_size,
    endpoint,
    make_room,
    read_body,
    without_nulls,
)
from sandbox.vapi.errors import PinnedError, not_found
from sandbox.vapi.shapes import assistant_body


def find_assistant(key: str, identifier: uuid.UUID) -> Assistant:
    """The assistant of this key. Raises RefusedError."""
    found: Assistant | None = Assistant.objects.of(key).filter(id=identifier).first()
    if found is None:
        raise not_found("assistant", identifier)
    return found


def _list(request: HttpRequest, key: str) -> JsonResponse:
    return answer_list(request, Assistant.objects.of(key), assistant_body)


def _create(request: HttpRequest, key: str) -> JsonResponse:
    body = read_body(request, "CreateAssistantDTO")
    make_room(Assistant, key)
    return JsonResponse(
        assistant_body(Assistant.objects.create(key=key, body=without_nulls(body))), status=201
    )


def _show(request: HttpRequest, key: str, id: uuid.UUID) -> JsonResponse:  # noqa: A002
    return JsonResponse(assistant_body(find_assistant(key, id)))


def _change(request: HttpRequest, key: str, id: uuid.UUID) -> JsonResponse:  # noqa: A002
    """Replace each property that was sent."""
    body = read_body(request, "UpdateAssistantDTO")
    assistant = find_assistant(key, id)
    assistant.body = without_nulls(assistant.body | body)
    check_size(assistant.body)
    assistant.updated_at = now()
    try:
        with transaction.atomic():
            assistant.save(update_fields=["body", "updated_at"])
    except DatabaseError:  # deleted meanwhile
        raise not_found("assistant", id) from None
    return JsonResponse(assistant_body(assistant))


def _delete(request: HttpRequest, key: str, id: uuid.UUID) -> JsonResponse:  # noqa: A002
    assistant = find_assistant(key, id)
    if next_trouble("vapi", "409"):
        raise PinnedError
    body = assistant_body(assistant)
    assistant.delete()
    return JsonResponse(body)


collection = endpoint(GET=_list, POST=_create)
single = endpoint(GET=_show, PATCH=_change, DELETE=_delete)

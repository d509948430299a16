import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, JsonResponse

from sandbox.conversation.replies import reply
from sandbox.conversation.state import State
from sandbox.models import Chat
from sandbox.vapi.endpoints import endpoint, make_room, read_body, read_id
from sandbox.vapi.errors import bad_request, not_found
from sandbox.vapi.shapes import chat_body
from sandbox.vapi.views.assistants import find_assistant

LONGEST_INPUT = 1_000  # characters, as many as the product sends: some patterns take quadratic time


def _create(request: HttpRequest, key: str) -> JsonResponse:
    body = read_body(request, "CreateChatDTO")
    make_room(Chat, key)
    text = _text_of(body["input"])
    previous = _previous(body, key)
    if not body.get("assistantId") and previous is None:
        raise bad_request("Either assistantId, assistant, sessionId or previousChatId must be provided")
    identifier = body.get("assistantId") or (previous and previous.assistant_id)
    assistant = find_assistant(key, read_id("assistantId", identifier))
    answer = reply(assistant.body, text=text, state=State.from_json(previous.state) if previous else None)
    chat = Chat(
        key=key,
        assistant_id=assistant.id,
        previous=previous,
        input=text,
        output=answer.text,
        state=answer.state.as_json(),
    )
    try:
        with transaction.atomic():
            chat.save(force_insert=True)
    except IntegrityError:  # the previous chat was deleted meanwhile
        raise not_found("chat", chat.previous_id) from None
    return JsonResponse(chat_body(chat), status=201)


def _text_of(given: Any) -> str:
    """The text of the input, or of the last message of a list."""
    if isinstance(given, list) and given and isinstance(given[-1], dict):
        given = given[-1].get("content")
    if not isinstance(given, str) or not given.strip():
        raise bad_request("input must be a non-empty string or an array of messages")
    return given[:LONGEST_INPUT]


def _previous(body: dict[str, Any], key: str) -> Chat | None:
    if not body.get("previousChatId"):
        return None
    identifier = read_id("previousChatId", body["previousChatId"])
    found: Chat | None = Chat.objects.of(key).filter(id=identifier).first()
    if found is None:
        raise not_found("chat", identifier)
    return found


def _show(request: HttpRequest, key: str, id: uuid.UUID) -> JsonResponse:  # noqa: A002
    found = Chat.objects.of(key).filter(id=id).first()
    if found is None:
        raise not_found("chat", id)
    return JsonResponse(chat_body(found))


collection = endpoint(POST=_create)
single = endpoint(GET=_show)

import re
import uuid
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.http import HttpRequest, JsonResponse

from sandbox.models import PhoneNumber, now
from sandbox.twilio import accounts
from sandbox.vapi.endpoints import (
    answer_list,
    check_size,
    endpoint,
    make_room,
    read_body,
    read_id,
    without_nulls,
)
from sandbox.vapi.errors import bad_request, not_found
from sandbox.vapi.shapes import number_body
from sandbox.vapi.views.assistants import find_assistant

SECRETS = ("twilioAuthToken", "twilioApiSecret")


def _find(key: str, identifier: uuid.UUID) -> PhoneNumber:
    found: PhoneNumber | None = PhoneNumber.objects.of(key).filter(id=identifier).first()
    if found is None:
        raise not_found("phoneNumber", identifier)
    return found


def _list(request: HttpRequest, key: str) -> JsonResponse:
    return answer_list(request, PhoneNumber.objects.of(key), number_body)


def _create(request: HttpRequest, key: str) -> JsonResponse:
    body = read_body(request, "CreateTwilioPhoneNumberDTO")
    make_room(PhoneNumber, key)
    _check_number(body)
    _check_assistant(body, key)
    number = PhoneNumber(key=key, number=body["number"], body=_without_secrets(body))
    _save(number)
    return JsonResponse(number_body(number), status=201)


def _without_secrets(body: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = without_nulls({name: body[name] for name in body if name not in SECRETS})
    return kept


def _save(number: PhoneNumber) -> None:
    try:
        with transaction.atomic():
            number.save(force_update=not number._state.adding)
    except IntegrityError:
        known = PhoneNumber.objects.of(number.key).filter(number=number.number).first() or number
        raise bad_request(
            f"Existing Phone Number {known.id} Has Identical `number` {known.number}. "
            "Number Must Be Unique Across Organization."
        ) from None
    except DatabaseError:  # deleted meanwhile
        raise not_found("phoneNumber", number.id) from None


def _check_number(body: dict[str, Any]) -> None:
    """Vapi asks Twilio. The stand-in knows its own accounts, and accepts any other unchecked."""
    if not re.fullmatch(r"\+[1-9]\d{6,14}", body["number"]):
        raise bad_request("number must be a valid phone number in the E.164 format")
    account = accounts.find(body["twilioAccountSid"])
    if account is None:
        return
    user = body.get("twilioApiKey") or account.sid
    secret = body.get("twilioApiSecret") if body.get("twilioApiKey") else body.get("twilioAuthToken")
    if not accounts.is_login(account, user, secret or ""):
        raise bad_request("Twilio Credentials Are Invalid. Check the Account SID and the Auth Token.")
    if body["number"] not in {number.phone_number for number in account.numbers}:
        raise bad_request(f"Number {body['number']} Not Found on Twilio Account {account.sid}.")


def _check_assistant(body: dict[str, Any], key: str) -> None:
    if body.get("assistantId"):
        find_assistant(key, read_id("assistantId", body["assistantId"]))


def _show(request: HttpRequest, key: str, id: uuid.UUID) -> JsonResponse:  # noqa: A002
    return JsonResponse(number_body(_find(key, id)))


def _change(request: HttpRequest, key: str, id: uuid.UUID) -> JsonResponse:  # noqa: A002
    """Replace each property that was sent; null removes an assistant from the number."""
    body = read_body(request, "UpdateTwilioPhoneNumberDTO")
    number = _find(key, id)
    _check_assistant(body, key)
    number.body = _without_secrets(number.body | body)
    number.number = number.body["number"]
    check_size(number.body)
    number.updated_at = now()
    _save(number)
    return JsonResponse(number_body(number))


def _delete(request: HttpRequest, key: str, id: uuid.UUID) -> JsonResponse:  # noqa: A002
    number = _find(key, id)
    body = number_body(number)
    number.delete()
    return JsonResponse(body)


collection = endpoint(GET=_list, POST=_create)
single = endpoint(GET=_show, PATCH=_change, DELETE=_delete)

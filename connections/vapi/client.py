"""Vapi's REST API, as far as the product uses it.

Source: Vapi's OpenAPI document (schema names are its own) for paths, parameters and bodies. It does not document the
bodies of refusals; those follow what Vapi's servers were observed to answer.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from connections.client import ProviderClient, Read, common_problem, sandbox_url
from connections.enums import Provider
from connections.problems import Problem, ProviderError
from connections.refusals import Refusal
from connections.vapi import answers
from connections.vapi.answers import LOGIN_SECRETS, PAGE, Call, Chat, ImportedNumber, Json, RemoteAssistant
from core.http.fields import is_identifier

NAME_LENGTH = 40  # of an assistant, of a phone number, of a call
LARGEST_LIST = 16 * 1024 * 1024  # bytes of a page of calls
TEST_CALL_NAME = "AvaFirst AI test call"

_KEY = re.compile(r"[!-~]+")  # characters that a header can carry
_TAKEN = re.compile(r"(?i)existing phone number|\bnumber\b.*\b(?:already|in use)\b")


class VapiRegion(models.TextChoices):
    """Vapi keeps American and European organisations apart: a key works in one region only."""

    US = "us", _("United States")
    EU = "eu", _("Europe")
    SANDBOX = "sandbox", _("Trial mode")


_BASE_URLS: dict[str, str] = {VapiRegion.US: "https://api.vapi.ai", VapiRegion.EU: "https://api.eu.vapi.ai"}


def vapi_url(region: str) -> str:
    """The base address of a region. Raises ProviderError where the sandbox is off, or the region is none of ours."""
    if region == VapiRegion.SANDBOX:
        return sandbox_url(Provider.VAPI, "/vapi")
    if region not in _BASE_URLS:
        raise ProviderError(Problem.UNREADABLE_SECRET, Provider.VAPI, detail="unknown region")
    return _BASE_URLS[region]


class VapiClient(ProviderClient):
    """One organisation at Vapi. Every method raises only ProviderError."""

    provider = Provider.VAPI

    def __init__(self, *, base_url: str, key: str, timeout: float = 15) -> None:
        super().__init__(base_url=base_url, timeout=timeout, secrets=(key,))
        self._key = key

    # Assistants

    def list_assistants(
        self, *, limit: int = 100, created_at_lt: datetime | None = None
    ) -> list[RemoteAssistant]:
        """List assistants, the newest first: at most `limit` (up to 1000) created before a time. `GET /assistant`."""
        params = {"limit": str(limit)}
        if created_at_lt is not None:
            params["createdAtLt"] = created_at_lt.isoformat()
        return self._request("GET", "/assistant", answers.read_assistants, params=params)

    def create_assistant(self, body: Json) -> RemoteAssistant:
        """Create an assistant from a CreateAssistantDTO. `POST /assistant` → 201."""
        return self._request("POST", "/assistant", answers.read_assistant, json=body)

    def get_assistant(self, id: str) -> RemoteAssistant:  # noqa: A002 - the provider's own name
        """Read an assistant; GONE where it does not exist. `GET /assistant/{id}`."""
        return self._request("GET", self._path("assistant", id), answers.read_assistant)

    def update_assistant(self, id: str, body: Json) -> RemoteAssistant:  # noqa: A002
        """Change the fields in `body`, an UpdateAssistantDTO; a nested object is replaced as a whole."""
        return self._request("PATCH", self._path("assistant", id), answers.read_assistant, json=body)

    def delete_assistant(self, id: str) -> None:  # noqa: A002
        """Delete an assistant; no error where it is gone already, PINNED (409) where Vapi still uses it."""
        self._delete("assistant", id)

    # Phone numbers

    def list_phone_numbers(self) -> list[ImportedNumber]:
        """List imported and bought numbers, up to a thousand. `GET /phone-number`."""
        params = {"limit": str(PAGE)}
        return self._request("GET", "/phone-number", answers.read_numbers, params=params)

    def import_twilio_number(
        self, *, number: str, sid: str, token: str, name: str, assistant_id: str | None, key_sid: str = ""
    ) -> ImportedNumber:
        """Import a Twilio number (E.164); NUMBER_TAKEN where it is imported already. CreateTwilioPhoneNumberDTO.

        `token` is the account's, or the secret of its API key `key_sid`. `smsEnabled` is false because its default,
        true, overwrites the webhook for the number's text messages.
        """
        body = {
            "provider": "twilio",
            "number": number,
            **twilio_login(sid=sid, token=token, key_sid=key_sid),
            "name": name[:NAME_LENGTH],
            "smsEnabled": False,
        }
        if assistant_id is not None:
            body["assistantId"] = assistant_id
        return self._request("POST", "/phone-number", answers.read_number, json=body, secrets=(token,))

    def update_phone_number(self, id: str, body: Json) -> ImportedNumber:  # noqa: A002
        """Change the fields in `body`, an UpdateTwilioPhoneNumberDTO. `assistantId` is the assistant that answers."""
        path = self._path("phone-number", id)
        return self._request("PATCH", path, answers.read_number, json=body, secrets=_secrets_of(body))

    def delete_phone_number(self, id: str) -> None:  # noqa: A002
        """Delete the import of a number; no error where it is gone already. The number stays at Twilio."""
        self._delete("phone-number", id)

    # Conversations

    def create_call(self, *, assistant_id: str, phone_number_id: str, to: str, name: str = "") -> Call:
        """Have an assistant call a number (E.164) from an imported one. CreateCallDTO, `POST /call` → 201.

        `name` stays with the call: `TEST_CALL_NAME` tells members' own calls apart from those of customers.
        """
        body: Json = {
            "assistantId": assistant_id,
            "phoneNumberId": phone_number_id,
            "customer": {"number": to},
        }
        if name:
            body["name"] = name
        return self._request("POST", "/call", answers.read_call, json=body)

    def list_calls(
        self, *, limit: int, updated_at_ge: datetime, created_at_le: datetime | None = None
    ) -> list[Call]:
        """List calls that changed at or after a time, the newest first: at most `limit`, created until another time.

        `GET /call`. Each call has its whole transcript.
        """
        params = {"limit": str(limit), "updatedAtGe": updated_at_ge.isoformat()}
        if created_at_le is not None:
            params["createdAtLe"] = created_at_le.isoformat()
        return self._request("GET", "/call", answers.read_calls, params=params, max_bytes=LARGEST_LIST)

    def get_call(self, id: str) -> Call:  # noqa: A002
        """Read a call; GONE where it does not exist. `GET /call/{id}`."""
        return self._request("GET", self._path("call", id), answers.read_call)

    def delete_call(self, id: str) -> None:  # noqa: A002
        """Erase a call with its recordings; no error where it is gone already. `DELETE /call/{id}`, DeleteCallDTO.

        DOWN (503) while Vapi has not erased the recordings: the call stays, and the request is to be sent again.
        """
        self._delete("call", id, json={})

    def find_recording(self, id: str) -> str:  # noqa: A002
        """The address of a call's recording, valid for a short time and without our key; GONE where there is none.

        `GET /call/{id}/mono-recording` → 302.
        """
        return self._request("GET", f"{self._path('call', id)}/mono-recording", str, redirects=True)

    def chat(self, *, assistant_id: str, input: str, previous_chat_id: str | None = None) -> Chat:  # noqa: A002
        """Send an assistant a message; `previous_chat_id` continues a conversation. CreateChatDTO, `POST /chat`."""
        body = {"assistantId": assistant_id, "input": input}
        if previous_chat_id is not None:
            body["previousChatId"] = previous_chat_id
        return self._request("POST", "/chat", answers.read_chat, json=body)

    # Shared by the methods above

    def problem_of(self, refusal: Refusal) -> Problem:
        """The problem behind a refusal. Vapi answers a public key and a wrong key alike."""
        if refusal.status == 400 and _TAKEN.search(refusal.message):
            return Problem.NUMBER_TAKEN
        if refusal.status in {400, 422} and refusal.is_validation:
            return Problem.REJECTED
        return _STATUSES.get(refusal.status) or common_problem(refusal.status)

    def _path(self, collection: str, id: str) -> str:  # noqa: A002
        # A value that is no id must not lead to another path.
        if not is_identifier(id):
            raise ProviderError(Problem.GONE, self.provider, detail="not an id")
        return f"/{collection}/{id}"

    def _request(self, method: str, path: str, read: Callable[[Any], Read], **options: Any) -> Read:
        if not _KEY.fullmatch(self._key):
            raise ProviderError(Problem.VAPI_KEY, self.provider, detail="not a key")
        return self._send(method, path, read, headers={"Authorization": f"Bearer {self._key}"}, **options)

    def _delete(self, collection: str, id: str, **options: Any) -> None:  # noqa: A002
        try:
            self._request("DELETE", self._path(collection, id), lambda _answer: None, **options)
        except ProviderError as error:
            if error.problem != Problem.GONE:
                raise


def twilio_login(*, sid: str, token: str, key_sid: str) -> Json:
    """A login at Twilio in the terms of CreateTwilioPhoneNumberDTO and UpdateTwilioPhoneNumberDTO."""
    if key_sid:
        return {"twilioAccountSid": sid, "twilioApiKey": key_sid, "twilioApiSecret": token}
    return {"twilioAccountSid": sid, "twilioAuthToken": token}


def _secrets_of(body: Json) -> tuple[str, ...]:
    return tuple(str(body[name]) for name in LOGIN_SECRETS if body.get(name))


_STATUSES = {
    401: Problem.VAPI_KEY,
    402: Problem.VAPI_NO_CREDIT,
    409: Problem.PINNED,  # the only conflict that Vapi documents: AssistantPinnedConflictResponseDTO
}

"""Vapi's REST API, as far as the product uses it.

Source: Vapi's OpenAPI document (schema names are its own) for paths, parameters and bodies. It does not document the
bodies of refusals; those follow what Vapi's servers were observed to answer.
"""

import re
from datetime import datetime
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from connections.client import ProviderClient, common_problem, sandbox_url
from connections.enums import Provider
from connections.problems import Problem, ProviderError

Json = dict[str, Any]

PAGE = 1000  # the largest `limit` that lists take
LOGIN_SECRETS = ("twilioAuthToken", "twilioApiKey", "twilioApiSecret")  # of an imported number
NAME_LENGTH = 40  # of an assistant, of a phone number

_KEY = re.compile(r"[!-~]+")  # characters that a header can carry
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TAKEN = re.compile(r"(?i)existing phone number|\bnumber\b.*\b(?:already|in use)\b")


class VapiRegion(models.TextChoices):
    """Vapi keeps American and European organisations apart: a key works in one region only."""

    US = "us", _("United States")
    EU = "eu", _("Europe")
    SANDBOX = "sandbox", _("Sandbox")


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

    def list_assistants(self, *, limit: int = 100, created_at_lt: datetime | None = None) -> list[Json]:
        """List assistants, the newest first: at most `limit` (up to 1000) created before a time. `GET /assistant`."""
        params = {"limit": str(limit)}
        if created_at_lt is not None:
            params["createdAtLt"] = created_at_lt.isoformat()
        return self._objects("/assistant", params)

    def create_assistant(self, body: Json) -> Json:
        """Create an assistant from a CreateAssistantDTO. `POST /assistant` → 201."""
        return self._object("POST", "/assistant", json=body)

    def get_assistant(self, id: str) -> Json:  # noqa: A002 - the provider's own name
        """Read an assistant; GONE where it does not exist. `GET /assistant/{id}`."""
        return self._object("GET", self._path("assistant", id))

    def update_assistant(self, id: str, body: Json) -> Json:  # noqa: A002
        """Change the fields in `body`, an UpdateAssistantDTO; a nested object is replaced as a whole."""
        return self._object("PATCH", self._path("assistant", id), json=body)

    def delete_assistant(self, id: str) -> None:  # noqa: A002
        """Delete an assistant; no error where it is gone already, PINNED (409) where Vapi still uses it."""
        self._delete("assistant", id)

    # Phone numbers

    def list_phone_numbers(self) -> list[Json]:
        """List imported and bought numbers, up to a thousand. `GET /phone-number`."""
        return self._objects("/phone-number", {"limit": str(PAGE)})

    def import_twilio_number(
        self, *, number: str, sid: str, token: str, name: str, assistant_id: str | None, key_sid: str = ""
    ) -> Json:
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
        return self._object("POST", "/phone-number", json=body, secrets=(token,))

    def update_phone_number(self, id: str, body: Json) -> Json:  # noqa: A002
        """Change the fields in `body`, an UpdateTwilioPhoneNumberDTO. `assistantId` is the assistant that answers."""
        path = self._path("phone-number", id)
        return self._object("PATCH", path, json=body, secrets=_secrets_of(body))

    def delete_phone_number(self, id: str) -> None:  # noqa: A002
        """Delete the import of a number; no error where it is gone already. The number stays at Twilio."""
        self._delete("phone-number", id)

    # Conversations

    def create_call(self, *, assistant_id: str, phone_number_id: str, to: str) -> Json:
        """Have an assistant call a number (E.164) from an imported one. CreateCallDTO, `POST /call` → 201."""
        body = {"assistantId": assistant_id, "phoneNumberId": phone_number_id, "customer": {"number": to}}
        return self._object("POST", "/call", json=body)

    def get_call(self, id: str) -> Json:  # noqa: A002
        """Read a call; GONE where it does not exist. `GET /call/{id}`."""
        return self._object("GET", self._path("call", id))

    def chat(self, *, assistant_id: str, input: str, previous_chat_id: str | None = None) -> Json:  # noqa: A002
        """Send an assistant a message; `previous_chat_id` continues a conversation. CreateChatDTO, `POST /chat`.

        `output` in the answer is a list of objects with a `role`; the assistant's words are in their `content`.
        """
        body = {"assistantId": assistant_id, "input": input}
        if previous_chat_id is not None:
            body["previousChatId"] = previous_chat_id
        chat = self._object("POST", "/chat", json=body)
        output = chat.get("output")
        if not isinstance(output, list) or not all(
            isinstance(said, dict) and isinstance(said.get("role"), str) for said in output
        ):
            raise self._unreadable("a chat without its output")
        return chat

    # Shared by the methods above

    def problem_of(self, status: int, body: Any) -> Problem:
        """The problem behind a status. Vapi answers a public key and a wrong key alike."""
        if status == 400 and isinstance(body, dict) and _TAKEN.search(str(body.get("message"))):
            return Problem.NUMBER_TAKEN
        return _STATUSES.get(status) or common_problem(status)

    def _path(self, collection: str, id: str) -> str:  # noqa: A002
        # A value that is no id must not lead to another path.
        if not _ID.fullmatch(id):
            raise ProviderError(Problem.GONE, self.provider, detail="not an id")
        return f"/{collection}/{id}"

    def _request(self, method: str, path: str, **options: Any) -> Any:
        if not _KEY.fullmatch(self._key):
            raise ProviderError(Problem.VAPI_KEY, self.provider, detail="not a key")
        return self._send(method, path, headers={"Authorization": f"Bearer {self._key}"}, **options)

    def _object(self, method: str, path: str, **options: Any) -> Json:
        return self._identified(self._request(method, path, **options))

    def _objects(self, path: str, params: dict[str, str]) -> list[Json]:
        found = self._request("GET", path, params=params)
        if not isinstance(found, list):
            raise self._unreadable("no list where one is due")
        return [self._identified(one) for one in found]

    def _identified(self, one: Any) -> Json:
        id = one.get("id") if isinstance(one, dict) else None  # noqa: A001
        if not isinstance(id, str) or not _ID.fullmatch(id):
            raise self._unreadable("an object without an id")
        return cast(Json, one)

    def _delete(self, collection: str, id: str) -> None:  # noqa: A002
        try:
            self._request("DELETE", self._path(collection, id))
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

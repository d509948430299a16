"""A fake Vapi: a dictionary behind the HTTP client, which can be told to fail."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from assistants.models import Assistant
from assistants.sync.payloads import build_payload
from connections.selectors import vapi_of
from connections.vapi.webhooks import webhook_server

Json = dict[str, Any]
LOST = "lost"  # performs the request, then loses the answer


def payload_of(assistant: Assistant) -> Json:
    """What is sent for an assistant whose organisation is connected."""
    return build_payload(assistant, webhook_server(vapi_of(assistant.organization)))


class FakeVapi:
    """Keeps assistants and numbers. `fail(status)` refuses the next requests; `meanwhile` runs before an answer."""

    def __init__(self) -> None:
        self.assistants: dict[str, Json] = {}
        self.numbers: dict[str, Json] = {"number-1": {"id": "number-1", "number": "+33939035501"}}
        self.requests: list[tuple[str, str]] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self._answers: list[Any] = []

    def fail(self, answer: Any, *, times: int = 1) -> None:
        """Refuse the next requests: with a status, an exception to raise, or a whole response."""
        self._answers += [answer] * times

    @property
    def only(self) -> Json:
        (assistant,) = self.assistants.values()
        return assistant

    def sent(self, method: str) -> list[str]:
        return [path for verb, path in self.requests if verb == method]

    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self._answer)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path.partition("/sandbox/vapi")[2]
        self.requests.append((request.method, path))
        response = self._respond(request, path, self._answers.pop(0) if self._answers else None)
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return response

    def _respond(self, request: httpx2.Request, path: str, refusal: Any) -> httpx2.Response:
        if isinstance(refusal, Exception):
            raise refusal
        if isinstance(refusal, httpx2.Response):
            return refusal
        if isinstance(refusal, int):
            return httpx2.Response(refusal, json={"message": "no", "statusCode": refusal})
        status, body = self._do(request, path, json.loads(request.content or "null"))
        if refusal == LOST:
            raise httpx2.ReadTimeout("the answer was lost")
        return httpx2.Response(status, json=body)

    def _do(self, request: httpx2.Request, path: str, body: Any) -> tuple[int, Any]:
        kept = self.numbers if path.startswith("/phone-number") else self.assistants
        identity = re.sub(r"^/[a-z-]+/?", "", path)
        if not identity:
            return self._all(request, kept, body)
        if identity not in kept:
            return 404, {"message": "not found", "statusCode": 404}
        if request.method == "DELETE":
            return 200, kept.pop(identity)
        kept[identity] |= body or {}
        return 200, kept[identity]

    def _all(self, request: httpx2.Request, kept: dict[str, Json], body: Any) -> tuple[int, Any]:
        if request.method == "POST":
            made = {"id": str(uuid.uuid4()), "createdAt": datetime.now(UTC).isoformat(), **body}
            kept[made["id"]] = made
            return 201, made
        newest_first = sorted(kept.values(), key=lambda one: one.get("createdAt", ""), reverse=True)
        before = request.url.params.get("createdAtLt", "9")
        found = [one for one in newest_first if one.get("createdAt", "") < before]
        return 200, found[: int(request.url.params["limit"])]

    def crowd(self, count: int) -> None:
        """Add assistants that are not ours, newer than all others."""
        for number in range(count):
            at = datetime.now(UTC) + timedelta(minutes=number + 1)
            identity = f"other-{number}"
            self.assistants[identity] = {"id": identity, "name": "Other", "createdAt": at.isoformat()}

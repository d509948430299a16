"""In-memory Vapi and Twilio at their real addresses, for answers that the sandbox does not give."""

import json
import re
import threading
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx2
from django.utils.html import escape
from django.utils.translation import override

from connections.problems import explain
from connections.tests.factories import TWILIO_SID, TWILIO_TOKEN, VAPI_KEY

NUMBER = "+33939035501"
Answer = httpx2.Response
Handler = Callable[[httpx2.Request], Answer]


class Wire:
    """Both providers. `accounts` are the numbers that Vapi holds, by key; `broken` answers instead if set."""

    def __init__(self) -> None:
        self.requests: list[httpx2.Request] = []
        self.token = TWILIO_TOKEN
        self.account = {"status": "active", "type": "Full", "friendly_name": "Martin", "sid": TWILIO_SID}
        self.owned: list[dict[str, Any]] = [owned_number(NUMBER)]
        self.accounts: dict[str, list[dict[str, Any]]] = {VAPI_KEY: []}
        self.broken: Handler | None = None
        self._lock = threading.Lock()

    def __call__(self, request: httpx2.Request) -> Answer:
        self.requests.append(request)
        if self.broken:
            return self.broken(request)
        return self._twilio(request) if request.url.host == "api.twilio.com" else self._vapi(request)

    @property
    def imported(self) -> list[dict[str, Any]]:
        """The numbers that Vapi holds in the first account."""
        return self.accounts[VAPI_KEY]

    def asked(self, method: str, part: str) -> list[httpx2.Request]:
        """The requests of a method whose path contains `part`."""
        return [each for each in self.requests if each.method == method and part in each.url.path]

    def _vapi(self, request: httpx2.Request) -> Answer:
        held = self.accounts.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if held is None:
            return Answer(401, json={"message": "Invalid Key.", "error": "Unauthorized", "statusCode": 401})
        if request.url.path == "/assistant":
            return Answer(200, json=[])
        known = request.url.path.removeprefix("/phone-number").strip("/")
        if request.method == "GET":
            return Answer(200, json=held)
        if request.method == "DELETE":
            held[:] = [each for each in held if each["id"] != known]
            return Answer(200, json={"id": known})
        body = json.loads(request.content)
        if request.method == "PATCH":
            return Answer(200, json={"id": known} | body)
        with self._lock:
            return self._import(held, body)

    def _import(self, held: list[dict[str, Any]], body: dict[str, Any]) -> Answer:
        if any(each["number"] == body["number"] for numbers in self.accounts.values() for each in numbers):
            return Answer(400, json={"message": "Existing Phone Number", "statusCode": 400})
        held.append({"id": str(uuid.uuid4()), "number": body["number"]})
        return Answer(201, json=held[-1])

    def _twilio(self, request: httpx2.Request) -> Answer:
        basic = httpx2.BasicAuth(TWILIO_SID, self.token)._auth_header
        if request.headers.get("authorization") != basic:
            return Answer(401, json={"code": 20003, "message": "Authenticate", "status": 401})
        if request.url.path.endswith("IncomingPhoneNumbers.json"):
            return Answer(200, json={"incoming_phone_numbers": self.owned})
        if request.url.path.endswith("Calls.json"):
            return Answer(201, json={"sid": "CA" + "0" * 32, "status": "queued"})
        return Answer(200, json=self.account)


def owned_number(number: str, *, voice: bool = True, **fields: Any) -> dict[str, Any]:
    """A number of the account at Twilio."""
    shown = {"sid": "PN" + "1" * 32, "phone_number": number, "capabilities": {"voice": voice}}
    return shown | {"voice_url": "", "trunk_sid": None} | fields


def refusal(status: int, message: str = "no") -> Handler:
    """A refusal in the format of both providers."""
    return lambda request: Answer(status, json={"message": message, "code": 0, "status": status})


def unreachable(request: httpx2.Request) -> Answer:
    raise httpx2.ConnectError("refused")


def slow(request: httpx2.Request) -> Answer:
    raise httpx2.ReadTimeout("late")


def html(request: httpx2.Request) -> Answer:
    return Answer(200, text="<html>welcome</html>")


def told(problem: str, provider: str) -> str:
    """The problem as shown on a French page."""
    with override("fr"):
        return escape(explain(problem, provider).what)


def form_of(request: httpx2.Request) -> dict[str, str]:
    """The fields of a form post."""
    return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}


def secrets_in(text: str) -> list[str]:
    """The canary secrets in a text, whole or by their middle part."""
    return [secret for secret in (VAPI_KEY, TWILIO_TOKEN) if re.search(re.escape(secret[4:-6]), text)]

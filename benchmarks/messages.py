"""Vapi's messages of many calls, as prepared requests."""

import json
import uuid
from collections.abc import Iterator
from itertools import count
from typing import Any

from benchmarks.client import request
from benchmarks.stage import HOST
from calls.tests.messages import CALL_ID, SID, ending, report, spoken, status_update

TURNS = 14  # of a call of two minutes
PROMPT = "Vous répondez au téléphone pour la boulangerie Martin, avec chaleur et en peu de mots. " * 30


class Sender:
    """Tells of calls of several organisations, each by the four messages of an ordinary call."""

    def __init__(self, secrets: list[str]) -> None:
        self.secrets = secrets
        self.bodies = [json.dumps(body, ensure_ascii=False).encode() for body in call_messages()]

    def messages(self) -> Iterator[bytes]:
        """The messages of one call after the other, without end."""
        for number in count():
            identifier, secret = uuid.uuid4(), self.secrets[number % len(self.secrets)]
            for body in self.bodies:
                own = body.replace(CALL_ID.encode(), str(identifier).encode())
                yield self._post(own.replace(SID.encode(), f"CA{identifier.hex}".encode()), secret)

    def _post(self, body: bytes, secret: str) -> bytes:
        headers = {"Content-Type": "application/json", "X-Vapi-Secret": secret}
        return request("POST", "/webhooks/vapi", host=HOST, headers=headers, body=body)


def call_messages() -> list[dict[str, Any]]:
    """A call from its first ring to its report, with the assistant in each message, as Vapi sends it."""
    told = [
        spoken("user" if turn % 2 else "bot", "Bonjour, je voudrais une charlotte aux poires.", turn * 8)
        for turn in range(TURNS)
    ]
    whole = ending() | {"artifact": {"messages": told, "transcript": "Bonjour. " * 200}}
    bodies = [
        status_update("ringing", 0),
        status_update("in-progress", 3),
        status_update("ended", 44.5, endedReason="customer-ended-call"),
        report(45, **whole),
    ]
    assistant = {"name": "Léa", "model": {"messages": [{"role": "system", "content": PROMPT}]}}
    for body in bodies:
        body["message"]["assistant"] = assistant
    return bodies

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from sandbox.tests.bodies import ASSISTANT, KEY


@pytest.fixture
def vapi(db: None) -> Callable[..., Any]:
    """Send a request to the stand-in for Vapi: `vapi("POST", "/assistant", {…})`."""

    def ask(method: str, path: str, body: Any = None, *, key: str = KEY) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        return Client().generic(
            method,
            f"/sandbox/vapi{path}",
            content,
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )

    return ask


@pytest.fixture
def twilio(db: None) -> Callable[..., Any]:
    """Send a request to the stand-in for Twilio: `twilio("GET", ".json")`, for the active account by default."""

    def ask(
        method: str,
        path: str,
        body: dict[str, str] | None = None,
        *,
        sid: str = settings.SANDBOX_TWILIO_SID,
        token: str = settings.SANDBOX_TWILIO_TOKEN,
    ) -> Any:
        login = base64.b64encode(f"{sid}:{token}".encode()).decode()
        address = f"/sandbox/twilio/2010-04-01/Accounts/{sid}{path}"
        headers = {"Authorization": f"Basic {login}"}
        client = Client()
        return (
            client.post(address, body, headers=headers)
            if method == "POST"
            else client.get(address, headers=headers)
        )

    return ask


@pytest.fixture
def assistant(vapi: Callable[..., Any]) -> dict[str, Any]:
    """An assistant in the shape that the product sends."""
    answer = vapi("POST", "/assistant", ASSISTANT)
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body

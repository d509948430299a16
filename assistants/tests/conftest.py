"""An organisation that is connected to a Vapi of these tests' own."""

import httpx2
import pytest

from assistants.tests.factories import connect_to_vapi
from assistants.tests.vapi import FakeVapi
from connections.models import VapiConnection


@pytest.fixture
def vapi(monkeypatch) -> FakeVapi:
    """Vapi, behind the door outward."""
    fake = FakeVapi()
    client = httpx2.Client(transport=fake.transport(), trust_env=False)
    monkeypatch.setattr("core.http._client", lambda: client)
    return fake


@pytest.fixture
def connected(bakery, vapi) -> VapiConnection:
    """The bakery's account there."""
    return connect_to_vapi(bakery)

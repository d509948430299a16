"""An organisation that is connected to a Vapi of these tests' own."""

from collections.abc import Callable

import httpx2
import pytest

from assistants.sync import recovery
from assistants.tests.factories import connect_to_vapi
from assistants.tests.vapi import FakeVapi
from connections.models import VapiConnection


@pytest.fixture
def vapi(monkeypatch) -> FakeVapi:
    """Vapi, behind the door outward."""
    fake = FakeVapi()
    client = httpx2.Client(transport=fake.transport(), trust_env=False)
    monkeypatch.setattr("core.http.client._client", lambda: client)
    return fake


@pytest.fixture
def connected(bakery, vapi) -> VapiConnection:
    """The bakery's account there."""
    return connect_to_vapi(bakery)


@pytest.fixture
def resume(run_tasks) -> Callable[[], None]:
    """What the schedule does every few minutes, and the work that comes of it."""

    def resume() -> None:
        recovery.resume.call()
        run_tasks()

    return resume

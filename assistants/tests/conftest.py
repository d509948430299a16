"""An organisation connected to a fake Vapi."""

from collections.abc import Callable

import httpx2
import pytest

from assistants.sync import recovery
from assistants.tests.factories import connect_to_vapi
from assistants.tests.vapi import FakeVapi
from connections.models import VapiConnection


@pytest.fixture
def vapi(monkeypatch) -> FakeVapi:
    """A fake Vapi behind the HTTP client."""
    fake = FakeVapi()
    client = httpx2.Client(transport=fake.transport(), trust_env=False)
    monkeypatch.setattr("core.http.client._client", lambda: client)
    return fake


@pytest.fixture
def connected(bakery, vapi) -> VapiConnection:
    """The bakery's account at the fake Vapi."""
    return connect_to_vapi(bakery)


@pytest.fixture
def resume(run_tasks) -> Callable[[], None]:
    """Runs the scheduled recovery and the tasks it enqueues."""

    def resume() -> None:
        recovery.resume.call()
        run_tasks()

    return resume

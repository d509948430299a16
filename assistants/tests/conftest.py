"""An organisation connected to a fake Vapi."""

from collections.abc import Callable

import httpx2
import pytest
from django.conf import settings

from assistants.models import Assistant
from assistants.services import create_assistant
from assistants.sync import recovery
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory, connect_to_vapi, data_of
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


@pytest.fixture
def actor(owner):
    return owner.memberships.select_related("organization").get()


@pytest.fixture
def known(sandbox, bakery, actor, run_tasks) -> Assistant:
    """An assistant that the sandbox's Vapi knows."""
    connect_to_vapi(bakery, key=f"{settings.SANDBOX_VAPI_KEY}-{bakery.id.hex[:12]}")
    assistant = create_assistant(actor=actor, data=data_of())
    run_tasks()
    assistant.refresh_from_db()
    assert assistant.sync_state == SyncState.IN_STEP
    return assistant


@pytest.fixture
def met(connected, bakery) -> Assistant:
    """An assistant that the fake Vapi knows."""
    return AssistantFactory(organization=bakery)

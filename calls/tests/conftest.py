"""An organisation whose assistants announce their calls."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from assistants.tests.factories import connect_to_vapi
from connections.models import VapiConnection
from connections.vapi.webhooks import SECRET_HEADER, webhook_server
from organizations.models import Organization
from organizations.tests.factories import OrganizationFactory


def secret_of(organization: Organization) -> str:
    server = webhook_server(VapiConnection.objects.get(organization=organization))
    assert server
    return str(server["headers"][SECRET_HEADER])


@pytest.fixture
def connected(bakery) -> VapiConnection:
    return connect_to_vapi(bakery)


@pytest.fixture
def florist(db) -> Organization:
    """Another organisation with a connection of its own."""
    organization = OrganizationFactory(slug="florist")
    connect_to_vapi(organization, key="vapi-sandbox-key-florist")
    return organization


@pytest.fixture
def secret(connected) -> str:
    return secret_of(connected.organization)


@pytest.fixture
def post(secret) -> Callable[..., Any]:
    """Post a message as Vapi's servers do."""

    def post(body: Any, *, key: str = secret, path: str = "/webhooks/vapi", **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {SECRET_HEADER: key} if key else {}
        return Client().post(path, raw, content_type="application/json", headers=sent | headers)

    return post


@pytest.fixture
def tell(post, run_tasks) -> Callable[..., None]:
    """Post messages and process them."""

    def tell(*bodies: Any, **options: Any) -> None:
        for body in bodies:
            assert post(body, **options).status_code == 200
        run_tasks()

    return tell

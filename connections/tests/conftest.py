import httpx2
import pytest

from connections.tests.factories import TwilioConnectionFactory, VapiConnectionFactory
from connections.tests.wire import Wire


@pytest.fixture
def wire(monkeypatch) -> Wire:
    """Both providers, in memory, at their real addresses."""
    providers = Wire()
    client = httpx2.Client(transport=httpx2.MockTransport(providers), trust_env=False)
    monkeypatch.setattr("core.http.client._client", lambda: client)
    return providers


@pytest.fixture
def vapi(bakery):
    return VapiConnectionFactory(organization=bakery)


@pytest.fixture
def twilio(bakery):
    return TwilioConnectionFactory(organization=bakery)

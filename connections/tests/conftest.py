import httpx2
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request

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
def httpserver(monkeypatch) -> HTTPServer:
    """A provider that is told what to answer, called in this thread; core/tests/test_http.py proves the sockets."""
    server = HTTPServer(host="127.0.0.1", port=80)  # never started
    transport = httpx2.WSGITransport(Request.application(server.application))
    client = httpx2.Client(transport=transport, trust_env=False)
    monkeypatch.setattr("core.http.client._client", lambda: client)
    return server


@pytest.fixture
def vapi(bakery):
    return VapiConnectionFactory(organization=bakery)


@pytest.fixture
def twilio(bakery):
    return TwilioConnectionFactory(organization=bakery)

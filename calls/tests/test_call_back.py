"""Calling a caller back with an assistant, from the page of a call."""

import json
from typing import Any

import httpx2
import pytest

from assistants.models import Assistant
from assistants.tests.factories import AssistantFactory
from calls.models import Call
from calls.tests.factories import CallFactory
from calls.tests.messages import time_of
from connections import rate_limits
from connections.models import TwilioConnection, VapiConnection
from connections.tests.factories import TwilioConnectionFactory
from core.models import AuditEvent
from core.tests.contract import holds
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db

CALLER, OURS = "+33639981234", "+33939035501"


class FakeVapi:
    """Places calls; keeps the bodies that it was sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.status = 201
        self.told: dict[str, Any] = {"status": "queued", "createdAt": time_of(0), "updatedAt": time_of(0)}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        assert (request.method, request.url.path) == ("POST", "/sandbox/vapi/call")
        if self.status != 201:
            return httpx2.Response(self.status, json={"message": "no"})
        body = json.loads(request.content)
        self.sent.append(body)
        made = {"id": "placed-1", "orgId": "o", "type": "outboundPhoneCall"}
        return httpx2.Response(201, json=made | body | self.told)


@pytest.fixture
def vapi(connected, bakery, monkeypatch) -> FakeVapi:
    fake = FakeVapi()
    client = httpx2.Client(transport=httpx2.MockTransport(fake), trust_env=False)
    monkeypatch.setattr("core.http.client._client", lambda: client)
    TwilioConnectionFactory(
        organization=bakery, phone_number=OURS, vapi_number_id="number-1", number_state="in_step"
    )
    return fake


@pytest.fixture
def lea(bakery) -> Assistant:
    return AssistantFactory(organization=bakery, name="Léa", vapi_id="lea-1")


@pytest.fixture
def call(bakery) -> Call:
    return CallFactory(organization=bakery, customer_number=CALLER)


def url_of(call: Call, rest: str = "/call-back") -> str:
    return f"/fr/o/bakery/calls/{call.id}{rest}"


def test_chosen_assistant_calls_and_the_calls_page_opens(as_user, member, vapi, lea, call, bakery):
    AssistantFactory(organization=bakery, name="Hugo", vapi_id="hugo-1", answers_calls=True)
    AssistantFactory(organization=bakery, name="Nouvelle", waiting=True)
    client = as_user(member)
    for page in (client.get(url_of(call, "")), client.get("/fr/o/bakery/calls")):
        assert url_of(call) in page.content.decode()
    form = client.get(url_of(call)).content.decode()
    assert form.index("Hugo") < form.index("Léa")  # the one that answers comes first
    assert "Nouvelle" not in form
    response = client.post(url_of(call), {"assistant": str(lea.pk)})
    assert vapi.sent == [
        {"assistantId": "lea-1", "phoneNumberId": "number-1", "customer": {"number": CALLER}}
    ]
    assert holds("vapi", "CreateCallDTO", vapi.sent[0])
    placed = Call.objects.get(vapi_id="placed-1")
    assert response.url == url_of(placed, "")
    assert (placed.kind, placed.customer_number, placed.status, placed.is_test) == (
        "outbound",
        CALLER,
        "queued",
        False,
    )
    assert (placed.assistant, placed.organization) == (lea, bakery)
    page = client.get(response.url).content.decode()
    assert "data-poll" in page
    event = AuditEvent.objects.get(action="calls.called_back")
    assert event.data["number"] == "+3363998••••"


def test_viewer_may_not(as_user, viewer, vapi, lea, call):
    client = as_user(viewer)
    assert url_of(call) not in client.get(url_of(call, "")).content.decode()
    assert url_of(call) not in client.get("/fr/o/bakery/calls").content.decode()
    assert client.get(url_of(call)).status_code == 403
    assert client.post(url_of(call), {"assistant": str(lea.pk)}).status_code == 403
    assert vapi.sent == []


@pytest.mark.parametrize(
    "number",
    ["", OURS, "+33899123456", "+33112", "+4415"],
    ids=["withheld", "ours", "premium", "emergency", "short"],
)
def test_number_that_is_not_called(as_user, member, vapi, lea, bakery, number):
    call = CallFactory(organization=bakery, customer_number=number, our_number=OURS)
    client = as_user(member)
    assert url_of(call) not in client.get(url_of(call, "")).content.decode()
    assert url_of(call) not in client.get("/fr/o/bakery/calls").content.decode()
    assert client.post(url_of(call), {"assistant": str(lea.pk)}).status_code == 404
    assert vapi.sent == []


def test_running_call_is_not_called_back(as_user, member, vapi, lea, bakery):
    call = CallFactory(organization=bakery, customer_number=CALLER, running=True)
    client = as_user(member)
    assert url_of(call) not in client.get(url_of(call, "")).content.decode()
    assert client.get(url_of(call)).status_code == 404


@pytest.mark.parametrize("missing", ["vapi", "twilio", "import", "assistant"])
def test_not_offered_while_something_is_missing(as_user, member, vapi, lea, call, missing):
    if missing == "vapi":
        VapiConnection.objects.all().delete()
    elif missing == "twilio":
        TwilioConnection.objects.all().delete()
    elif missing == "import":
        TwilioConnection.objects.update(vapi_number_id="", number_state="pending")
    else:
        Assistant.objects.update(vapi_id="", sync_state="pending", synced_revision=0)
    client = as_user(member)
    assert url_of(call) not in client.get(url_of(call, "")).content.decode()
    assert client.get(url_of(call)).status_code == 404


@pytest.mark.parametrize(("status", "words"), [(402, "crédit"), (503, "Vapi ne répond pas"), (401, "clé")])
def test_problem_is_a_sentence(as_user, member, vapi, lea, call, status, words):
    vapi.status = status
    response = as_user(member).post(url_of(call), {"assistant": str(lea.pk)})
    assert (response.status_code, words in response.content.decode()) == (422, True)
    assert not AuditEvent.objects.filter(action="calls.called_back").exists()


def test_answer_that_tells_too_little_leads_to_the_list(as_user, member, vapi, lea, call):
    vapi.told = {"status": "queued"}
    response = as_user(member).post(url_of(call), {"assistant": str(lea.pk)}, follow=True)
    assert response.redirect_chain[-1][0] == "/fr/o/bakery/calls"
    assert "L’appel est lancé" in response.content.decode()


def test_others_assistants_and_calls_are_out_of_reach(as_user, member, vapi, lea, call):
    theirs = AssistantFactory(organization=OrganizationFactory(), vapi_id="theirs")
    client = as_user(member)
    for wrong in (str(theirs.pk), "x", ""):
        assert client.post(url_of(call), {"assistant": wrong}).status_code == 422
    other = CallFactory(organization=OrganizationFactory())
    assert client.post(url_of(other), {"assistant": str(lea.pk)}).status_code == 404
    assert vapi.sent == []


def test_one_number_is_not_rung_again_and_again(as_user, member, vapi, lea, call, settings):
    settings.AVA_RATE_LIMITS = True
    client = as_user(member)
    answers = [client.post(url_of(call), {"assistant": str(lea.pk)}).status_code for _time in range(6)]
    assert answers == [302] * rate_limits.CALLS_TO_ONE.hits + [422]
    assert len(vapi.sent) == rate_limits.CALLS_TO_ONE.hits

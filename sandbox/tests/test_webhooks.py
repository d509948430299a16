import json
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import time_machine
from django.utils import timezone

from core.tests.contract import holds
from sandbox.calls.services import place_call
from sandbox.models import Assistant, Call, Delivery, PhoneNumber
from sandbox.tests.bodies import ASSISTANT, NUMBER
from sandbox.trouble import switches

pytestmark = pytest.mark.django_db

SERVER: dict[str, Any] = {
    "url": "https://console.example.com/webhooks/vapi",
    "headers": {"X-Vapi-Secret": "token", "Host": "elsewhere"},
    "timeoutSeconds": 20,
    "backoffPlan": {"type": "exponential", "maxRetries": 2, "baseDelaySeconds": 1},
}
ALL = [
    ("status-update", "ringing"),
    ("status-update", "in-progress"),
    ("status-update", "ended"),
    ("end-of-call-report", None),
]


@pytest.fixture
def server(monkeypatch):
    """The assistant's server: `heard` holds received requests, `answers` the next statuses (then 200)."""

    class Server:
        heard: list[Any]
        answers: list[Any]

        def __call__(self, request):
            self.heard.append((request, json.loads(request.read())["message"]))
            answer = self.answers.pop(0) if self.answers else 200
            if isinstance(answer, Exception):
                raise answer
            return httpx2.Response(answer)

        @property
        def told(self):
            return [(message["type"], message.get("status")) for _request, message in self.heard]

    server = Server()
    server.heard, server.answers = [], []
    client = httpx2.Client(transport=httpx2.MockTransport(server), trust_env=False)
    monkeypatch.setattr("core.http.client._public_client", lambda: client)
    return server


@pytest.fixture
def place(vapi):
    """Place a call that has just ended, so that all messages to the assistant's server are due."""

    def place(*, is_over=True, server=SERVER, **body):
        made = vapi("POST", "/assistant", ASSISTANT | {"server": server} | body).json()
        number = vapi("POST", "/phone-number", NUMBER).json()
        return place_call(
            assistant=Assistant.objects.get(id=made["id"]),
            kind=Call.Kind.INBOUND,
            customer={"number": "+33639981234"},
            number=PhoneNumber.objects.get(id=number["id"]),
            is_over=is_over,
        )

    return place


@pytest.fixture
def all_due():
    """Makes every planned message due."""
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True) as traveller:
        yield traveller


def later(run_tasks, minutes=5):
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
        run_tasks()


def test_server_hears_what_it_asked_for(server, place, run_tasks):
    place()
    later(run_tasks)
    assert sorted(server.told, key=str) == sorted(ALL, key=str)
    assert set(Delivery.objects.values_list("state", "answer")) == {("delivered", 200)}


def test_messages_hold_against_the_published_schema(server, place, run_tasks):
    call = place()
    later(run_tasks)
    schemas = {
        "status-update": "ServerMessageStatusUpdate",
        "end-of-call-report": "ServerMessageEndOfCallReport",
    }
    for request, message in server.heard:
        assert holds("vapi", schemas[message["type"]], message)
        assert request.headers["X-Vapi-Secret"] == "token"
        assert request.headers["Host"] == "console.example.com"
        assert message["call"]["id"] == str(call.id)
        assert (message["call"]["status"], message["call"]["cost"]) == ("ringing", 0)
        assert message["phoneNumber"]["number"] == NUMBER["number"]
        assert "server" not in message["assistant"]


def test_report_tells_what_the_call_tells(vapi, server, place, run_tasks):
    call = place()
    later(run_tasks)
    report = next(message for _request, message in server.heard if message["type"] == "end-of-call-report")
    shown = vapi("GET", f"/call/{call.id}").json()
    for name in ("endedReason", "startedAt", "endedAt", "cost", "costBreakdown"):
        assert report[name] == shown[name]
    assert report["artifact"]["transcript"] == shown["artifact"]["transcript"]


def test_messages_come_when_the_call_is_that_far(server, place, run_tasks):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        place(is_over=False)
        run_tasks()
        assert server.told == ALL[:1]
        clock.shift(timedelta(seconds=4))
        run_tasks()
        assert server.told == ALL[:2]
        clock.shift(timedelta(minutes=5))
        run_tasks()
    assert sorted(server.told, key=str) == sorted(ALL, key=str)


def test_only_what_is_asked_for_is_sent(server, place, run_tasks):
    place(serverMessages=["end-of-call-report", "tool-calls"])
    later(run_tasks)
    assert server.told == ALL[3:]


def test_nothing_is_sent_where_there_is_no_server(server, place, run_tasks):
    place(server=None)
    later(run_tasks)
    assert (server.heard, Delivery.objects.count()) == ([], 0)


@pytest.mark.variants
@pytest.mark.parametrize(
    "failure",
    [500, 429, httpx2.ConnectError("down"), httpx2.ReadTimeout("slow")],
    ids=["500", "429", "down", "slow"],
)
def test_server_that_fails_is_asked_again_as_its_plan_says(server, place, run_tasks, failure):
    server.answers = [failure, failure]
    place(serverMessages=["end-of-call-report"])
    for _time in range(3):
        later(run_tasks, minutes=5 * (_time + 1))
    assert server.told == ALL[3:] * 3
    assert Delivery.objects.get().state == "delivered"


def test_server_that_never_answers_is_given_up(server, place, run_tasks):
    server.answers = [503] * 9
    place(serverMessages=["end-of-call-report"])
    for _time in range(5):
        later(run_tasks, minutes=5 * (_time + 1))
    delivery = Delivery.objects.get()
    assert (len(server.heard), delivery.attempts, delivery.state) == (3, 3, "failed")


def test_without_a_plan_there_is_no_second_time(server, place, run_tasks):
    server.answers = [503]
    place(serverMessages=["end-of-call-report"], server={"url": SERVER["url"]})
    later(run_tasks)
    later(run_tasks, minutes=60)
    assert (len(server.heard), Delivery.objects.get().state) == (1, "failed")


def test_status_that_the_plan_excludes_is_final(server, place, run_tasks):
    server.answers = [404]
    plan = SERVER["backoffPlan"] | {"excludedStatusCodes": [404]}
    place(serverMessages=["end-of-call-report"], server=SERVER | {"backoffPlan": plan})
    later(run_tasks)
    assert Delivery.objects.get().state == "failed"


def test_lost_webhook_never_arrives(server, place, run_tasks):
    switches.switch_on("webhooks", "drop", times=1)
    place()
    later(run_tasks)
    assert len(server.heard) == 3
    assert Delivery.objects.filter(state="dropped").count() == 1


def test_doubled_webhook_arrives_twice(server, place, run_tasks):
    switches.switch_on("webhooks", "duplicate")
    place()
    later(run_tasks)
    assert sorted(server.told, key=str) == sorted(ALL * 2, key=str)


@pytest.mark.parametrize("kind", ["delay", "shuffle"])
def test_late_webhook_arrives_late_and_once(server, place, run_tasks, kind):
    switches.switch_on("webhooks", kind, seconds=60)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        place()
        clock.shift(timedelta(seconds=2))
        run_tasks()
        assert server.heard == []
        clock.shift(timedelta(seconds=61))
        run_tasks()
    assert sorted(server.told, key=str) == sorted(ALL, key=str)


@pytest.mark.variants
@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "192.168.1.1", "::1", "fd00::1"]
)
def test_webhook_goes_to_no_private_address(place, run_tasks, monkeypatch, address):
    looked_up = []

    def resolve(host, port, **_options):
        looked_up.append(host)
        return [(2, 1, 6, "", ("93.184.215.14", port)), (2, 1, 6, "", (address, port))]

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    monkeypatch.setattr("socket.create_connection", lambda *_args, **_options: pytest.fail("connected"))
    place(serverMessages=["end-of-call-report"], server={"url": SERVER["url"]})
    later(run_tasks)
    assert looked_up == ["console.example.com"]
    assert Delivery.objects.get().state == "failed"


def test_webhook_goes_to_no_address_that_is_not_https(server, place, run_tasks):
    place(serverMessages=["end-of-call-report"], server={"url": "http://console.example.com/"})
    later(run_tasks)
    assert (server.heard, Delivery.objects.get().state) == ([], "failed")


def test_webhook_may_go_to_ourselves(place, run_tasks, settings, httpserver):
    settings.SITE_URL = f"http://127.0.0.1:{httpserver.port}"
    httpserver.expect_request("/webhooks/vapi").respond_with_data("")
    place(serverMessages=["end-of-call-report"], server={"url": f"{settings.SITE_URL}/webhooks/vapi"})
    later(run_tasks)
    assert Delivery.objects.get().state == "delivered"

"""A provider that lies brings no page down, writes nothing that a column cannot hold, and keeps no task in a loop."""

import json
from collections.abc import Callable
from itertools import cycle, islice
from typing import Any

import httpx2
import pytest
from django.conf import settings
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from phonenumber_field.phonenumber import PhoneNumber

from assistants.models import Assistant, Line
from assistants.services import create_assistant
from assistants.sync.drift import compare_assistant
from assistants.sync.services import synchronize_assistant
from assistants.tests.factories import connect_to_vapi, data_of
from calls.costs.twilio import fetch_price
from calls.models import Call, CostPart, Sweep, Turn
from calls.reconciliation.services import sweep_calls
from conftest import InProcess
from connections.models import TwilioConnection, VapiConnection
from connections.provider import sandbox_credentials
from connections.twilio.services import connect_twilio
from connections.vapi.holdings import MOST_PAGES
from core.models import AuditEvent
from core.tests.lies import WAITS, lies_about
from sandbox import models as sandbox
from sandbox.calls.services import place_call

pytestmark = [pytest.mark.django_db, pytest.mark.walk, pytest.mark.slow]

HOME = "/fr/o/bakery"
MINE = "+33612345678"
KEPT: tuple[type[Model], ...] = (
    VapiConnection,
    TwilioConnection,
    Assistant,
    Line,
    Call,
    Turn,
    CostPart,
    Sweep,
)
TOLD = {"ProviderError", "PermanentError", "LeasedError"}
REFUSALS = (400, 401, 403, 409, 422, 429, 500)
# What the product reads; the rest of an answer is left out, so that the walk is about that.
READ = (
    "id", "number", "createdAt", "metadata", "output", "role", "content", "status", "assistantId", "endedReason",
    "type", "sid", "incoming_phone_numbers", "phone_number", "capabilities", "voice_url", "trunk_sid",
    "updatedAt", "startedAt", "endedAt", "customer", "transport", "callSid", "costBreakdown", "total", "artifact",
    "messages", "message", "time", "endTime", "secondsFromStart", "calls", "price", "price_unit",
)  # fmt: skip


class Liar(httpx2.BaseTransport):
    """The sandbox, whose answer to the request number `at` is replaced by `lie`."""

    def __init__(self) -> None:
        self.honest = InProcess()
        self.lie: Callable[[httpx2.Response], httpx2.Response] = lambda answer: answer
        self.at = -1
        self.answers: list[httpx2.Response] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = self.honest.handle_request(request)
        if len(self.answers) == self.at:
            answer = self.lie(answer)
        self.answers.append(answer)
        return answer


class World:
    """A bakery whose number one assistant answers, all of it at the sandbox."""

    def __init__(
        self, client: Client, assistant: Assistant, liar: Liar, run_tasks: Callable[..., None]
    ) -> None:
        self.client, self.assistant, self.liar, self.run_tasks = client, assistant, liar, run_tasks
        self._rows = [(model, list(model._default_manager.values())) for model in KEPT]
        self.asked = 0  # by the step itself, before the tasks that it enqueues

    def run(self, step: Callable[["World"], Any]) -> list[str]:
        """What went wrong in a step: its page, its tasks, the rows it left."""
        self.liar.answers = []
        response = step(self)
        self.asked = len(self.liar.answers)
        self.run_tasks(failures=True)
        found = (
            [f"status {response.status_code}"] if response is not None and response.status_code >= 500 else []
        )
        failed = DBTaskResult.objects.exclude(exception_class_path="").values_list(
            "exception_class_path", "traceback"
        )
        found += [trace for name, trace in failed if name.rpartition(".")[2] not in TOLD]
        found += [fault for model in KEPT for row in model._default_manager.all() for fault in faults_of(row)]
        if len(self.liar.answers) > 2 * MOST_PAGES:
            found.append("a loop")
        return found

    def restore(self) -> None:
        DBTaskResult.objects.all().delete()
        for model, rows in self._rows:
            for row in rows:
                model._default_manager.filter(pk=row[model._meta.pk.attname]).update(**row)


def faults_of(row: Any) -> list[str]:
    """The stored texts that no column may hold. SQLite holds them all."""
    return [
        f"{row._meta.label}.{field.name}"
        for field in row._meta.concrete_fields
        if isinstance(value := getattr(row, field.attname), str)
        and (len(value) > (field.max_length or len(value)) or "\0" in value or not is_utf8(value))
    ]


def is_utf8(text: str) -> bool:
    return text.encode("utf-8", "replace").decode() == text


@pytest.fixture
def world(db, monkeypatch, as_user, owner, bakery, run_tasks) -> World:
    liar = Liar()
    transport = httpx2.Client(transport=liar, trust_env=False)
    monkeypatch.setattr("core.http.client._client", lambda: transport)
    connect_to_vapi(bakery, key=f"{settings.SANDBOX_VAPI_KEY}-{bakery.id.hex[:12]}")
    actor = owner.memberships.select_related("organization", "user").get()
    assistant = create_assistant(actor=actor, data=data_of())
    run_tasks()
    values = sandbox_credentials(bakery)
    number = PhoneNumber.from_string(values["phone_number"])
    login = {name: values[name] for name in ("endpoint", "account_sid", "auth_token")}
    connect_twilio(actor=actor, phone_number=number, **login)
    run_tasks()
    assistant.refresh_from_db()
    client = as_user(owner)
    client.raise_request_exception = False
    return World(client, assistant, liar, run_tasks)


def connect_to(provider: str) -> Callable[[World], Any]:
    def step(world: World) -> Any:
        values = sandbox_credentials(world.assistant.organization)
        return world.client.post(f"{HOME}/connections/{provider}", values, follow=True)

    return step


def posting(path: str, **data: str) -> Callable[[World], Any]:
    return lambda world: world.client.post(HOME + path.format(world.assistant.id), data, follow=True)


def send_copy(world: World) -> Any:
    Assistant.objects.all().mark_pending(vapi_id="")
    synchronize_assistant.enqueue(str(world.assistant.id))
    world.run_tasks(failures=True)
    return world.client.get(f"{HOME}/assistants/{world.assistant.id}")


def send_change(world: World) -> Any:
    Assistant.objects.all().mark_pending()
    synchronize_assistant.enqueue(str(world.assistant.id))
    world.run_tasks(failures=True)
    return world.client.get(f"{HOME}/assistants/{world.assistant.id}")


def compare(world: World) -> Any:
    compare_assistant.enqueue(str(world.assistant.id))
    world.run_tasks(failures=True)
    return world.client.get(f"{HOME}/assistants/{world.assistant.id}")


def import_number(world: World) -> Any:
    response = world.client.post(f"{HOME}/connections/twilio/number")
    world.run_tasks(failures=True)
    return response


def sweep(world: World) -> Any:
    """Read the one call of the sandbox, as if nothing was known of it."""
    Call.objects.all().delete()
    Sweep.objects.all().delete()
    if not sandbox.Call.objects.exists():
        remote = sandbox.Assistant.objects.get(id=world.assistant.vapi_id)
        place_call(assistant=remote, kind="inboundPhoneCall", customer={"number": MINE}, is_over=True)
        sandbox.Delivery.objects.all().delete()
    VapiConnection.objects.update(connected_at=timezone.now())
    sweep_calls.enqueue(str(world.assistant.organization_id))
    world.run_tasks(failures=True)


def price(world: World) -> Any:
    """Ask for the price of a call that an honest sweep found."""
    lied_at, world.liar.at = world.liar.at, -1
    sweep(world)
    world.liar.answers, world.liar.at = [], lied_at
    fetch_price.enqueue(str(Call.objects.get().pk))
    world.run_tasks(failures=True)


STEPS: dict[str, Callable[[World], Any]] = {
    "chat": posting("/assistants/{}/preview/chat", text="Bonjour"),
    "call and its progress": posting("/assistants/{}/preview/call", caller="message"),
    "test call": posting("/connections/twilio/test-call", to=MINE),
    "check Vapi": posting("/connections/vapi/check"),
    "check Twilio": posting("/connections/twilio/check"),
    "import": import_number,
    "connect Vapi": connect_to("vapi"),
    "connect Twilio": connect_to("twilio"),
    "send a copy": send_copy,
    "send a change": send_change,
    "compare": compare,
    "sweep": sweep,
    "price": price,
}


def lie_with(body: bytes) -> Callable[[httpx2.Response], httpx2.Response]:
    return lambda answer: httpx2.Response(answer.status_code, content=body)


def essence(body: Any) -> Any:
    if isinstance(body, list):
        return [essence(each) for each in body[:1]]
    if isinstance(body, dict):
        return {name: essence(value) for name, value in body.items() if name in READ}
    return body


# A run tells every third lie about an answer, so that each value stands in other places each time; bin/prove tells all.
THIRDS = [0, *(pytest.param(third, marks=pytest.mark.prove) for third in (1, 2))]

# They read what other steps read too; a call has many properties, of which calls/tests try the values one by one.
REPEATED = {"check Vapi", "check Twilio", "connect Vapi", "send a change", "compare", "sweep", "price"}


@pytest.mark.parametrize("third", THIRDS)
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.prove] if name in REPEATED else []) for name in STEPS]
)
def test_no_lie_brings_a_page_or_a_task_down(world, name, third):
    step, liar = STEPS[name], world.liar
    assert world.run(step) == []
    honest = [json.loads(answer.content) for answer in liar.answers[: world.asked]]
    world.restore()
    assert honest
    wrong = {}
    for liar.at, body in enumerate(honest):
        for lie, text in islice(lies_about(essence(body)), third, None, len(THIRDS)):
            liar.lie = lie_with(text)
            if found := world.run(step):
                wrong[liar.at, lie] = found
            world.restore()
    assert wrong == {}
    for event in AuditEvent.objects.all():
        assert faults_of(event) == []


# Every client reads refusals in one place; these show them in a field, in a form, and on a row.
@pytest.mark.parametrize("third", THIRDS)
@pytest.mark.parametrize("name", ["chat", "test call", "connect Twilio", "send a change"])
def test_no_refusal_brings_a_page_or_a_task_down(world, name, third):
    step, liar = STEPS[name], world.liar
    world.run(step)
    number = world.asked
    world.restore()
    wrong: dict[tuple[Any, ...], list[str]] = {}
    for liar.at in range(number):
        refusals = zip(lies_about({"message": ["no"], "code": 21210}), cycle(REFUSALS))
        for (lie, text), status in islice(refusals, third, None, len(THIRDS)):
            liar.lie = lambda _answer, text=text, status=status: httpx2.Response(status, content=text)
            if found := world.run(step):
                wrong[liar.at, status, lie] = found
            world.restore()
        for wait in WAITS[third :: len(THIRDS)]:
            headers = {b"Retry-After": wait.encode("latin-1", "replace")}
            liar.lie = lambda _answer, headers=headers: httpx2.Response(429, headers=headers, json={})
            if found := world.run(step):
                wrong[liar.at, 429, wait] = found
            world.restore()
    assert wrong == {}

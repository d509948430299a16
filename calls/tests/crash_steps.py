"""What `test_killed_processes` does in the database of its servers; each function runs in a process of its own."""

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from accounts.tests.factories import UserFactory
from assistants.services import create_assistant
from assistants.tests.factories import connect_to_vapi, data_of
from calls.models import WebhookMessage
from calls.reconciliation.services import sweep_calls
from calls.tests.conftest import secret_of
from calls.tests.test_sandbox_calls import assert_equal
from organizations.models import Organization
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, OrganizationFactory
from sandbox.calls.personas import LENGTHS, PERSONAS
from sandbox.calls.services import Caller, place_call
from sandbox.models import Assistant as RemoteAssistant
from sandbox.models import Call as RemoteCall
from sandbox.models import Delivery
from sandbox.vapi.messages import message_of

PATIENCE = 180  # seconds; a task of a killed worker is given to another after 30


def prepare(calls: int, folder: str) -> None:
    """Place calls in the sandbox, which nothing tells of, and write their messages to a file, in no order."""
    organization = OrganizationFactory(slug="bakery")
    owner = MembershipFactory(organization=organization, role=Role.OWNER, user=UserFactory())
    connect_to_vapi(organization)
    create_assistant(actor=owner, data=data_of())
    wait_until(RemoteAssistant.objects.exists)
    with transaction.atomic():
        for number in range(calls):
            _place(RemoteAssistant.objects.get(), random.Random(number))
        DBTaskResult.objects.filter(task_path__endswith="deliver_webhook").delete()
    messages = [message_of(each, None) for each in Delivery.objects.select_related("call")]
    random.Random(calls).shuffle(messages)
    told = {"secret": secret_of(organization), "messages": messages}
    Path(folder, "told.json").write_text(json.dumps(told))


def _place(assistant: RemoteAssistant, chance: random.Random) -> None:
    caller = Caller(persona=chance.choice([*PERSONAS]), length=chance.choice([*LENGTHS]))
    customer = {"number": f"+3363998{chance.randint(2, 9999):04}"}
    place_call(
        assistant=assistant, kind=RemoteCall.Kind.INBOUND, customer=customer, caller=caller, is_over=True
    )


def check(folder: str) -> None:
    """Each message that was answered is here and processed; after a sweep, our calls are those of the sandbox."""
    answered = set(json.loads(Path(folder, "answered.json").read_text()))
    wait_until(lambda: not WebhookMessage.objects.pending().exists())
    stored = WebhookMessage.objects.values_list("digest", flat=True)
    assert answered <= set(stored), f"{len(answered - set(stored))} acknowledged messages are lost"
    assert len(stored) == len(set(stored))
    organization = Organization.objects.get()
    sweep = sweep_calls.enqueue(str(organization.pk))
    wait_until(lambda: DBTaskResult.objects.get(id=sweep.id).status == "SUCCESSFUL")
    assert_equal()


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait for what another process does. Raises TimeoutError."""
    limit = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > limit:
            raise TimeoutError
        time.sleep(0.2)

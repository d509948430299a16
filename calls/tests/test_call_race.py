"""Messages of one call that are stored and processed at the same moment, in threads, end in one row."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.tests.test_redeem_race import race
from assistants.tests.factories import AssistantFactory
from calls.inbox.services import process_message
from calls.models import Call, WebhookMessage
from calls.tests.messages import ASSISTANT_ID, report, status_update
from connections.models import VapiConnection
from connections.vapi.webhooks import webhook_server
from organizations.models import Organization

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

TOLD = [
    status_update("ringing", 0),
    status_update("in-progress", 3),
    status_update("ended", 44.5, endedReason="customer-ended-call"),
    report(45),
    report(46, cost=0.2, costBreakdown={"llm": 0.1, "total": 0.2}),
]


@pytest.fixture
def assistant(bakery):
    return AssistantFactory(organization=bakery, vapi_id=ASSISTANT_ID)


def answer_to(post: Callable[..., Any], body: Any) -> Callable[[], int]:
    return lambda: int(post(body).status_code)


def processing(pk: Any) -> Callable[[], int]:
    def run() -> int:
        process_message.call(str(pk))
        return 1

    return run


def test_messages_at_once_make_one_call(bakery, assistant, post, round_):
    race(*(answer_to(post, each) for each in TOLD))
    waiting = list(WebhookMessage.objects.values_list("pk", flat=True))
    race(*(processing(pk) for pk in [*waiting, *waiting]))
    call = Call.objects.get()
    assert (call.status, call.seconds, call.assistant) == ("ended", 41, assistant)
    assert call.turns.count() == 3
    assert sum(part.amount for part in call.cost_parts.all()) == call.costs()["USD"]
    assert [str(part.amount) for part in call.cost_parts.order_by("part")] == ["0.100000", "0.100000"]
    assert not WebhookMessage.objects.pending().exists()


def test_message_that_comes_twice_at_once_is_stored_once(post, round_):
    assert race(*(answer_to(post, report()) for _thread in range(6))) == [200] * 6
    assert WebhookMessage.objects.count() == 1


def test_two_tasks_at_once_create_one_secret(connected: VapiConnection, bakery: Organization, round_):
    def secret() -> Any:
        return webhook_server(VapiConnection.objects.get(organization=bakery))["headers"]  # type: ignore[index]

    found: list[Any] = []

    def run() -> int:
        found.append(secret())
        return 1

    race(*(run for _thread in range(6)))
    assert all(each == found[0] for each in found)

"""A call that is erased while its messages are processed, in threads, is gone in the end."""

from collections.abc import Callable

import pytest

from accounts.tests.test_redeem_race import race
from assistants.tests.factories import AssistantFactory
from calls.inbox.services import process_message
from calls.models import Call, Erasure, Turn, WebhookMessage
from calls.tests.messages import ASSISTANT_ID, report, status_update

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def processing(pk: object) -> Callable[[], int]:
    def run() -> int:
        process_message.call(str(pk))
        return 1

    return run


def test_messages_and_the_erasure_at_once_leave_nothing(as_user, admin, bakery, post, round_):
    AssistantFactory(organization=bakery, vapi_id=ASSISTANT_ID)
    post(status_update("in-progress", 3))
    process_message.call(str(WebhookMessage.objects.get().pk))
    for body in (status_update("ended", 44), report(45), report(46), status_update("ringing", 1)):
        post(body)
    waiting = WebhookMessage.objects.pending().values_list("pk", flat=True)
    client, path = as_user(admin), f"/fr/o/bakery/calls/{Call.objects.get().pk}/erase"
    runners = [processing(pk) for pk in waiting]
    assert race(*runners, lambda: client.post(path).status_code, *runners)[len(runners)] == 302
    assert not Call.objects.exists()
    assert not Turn.objects.exists()
    assert Erasure.objects.count() == 1
    for pk in WebhookMessage.objects.pending().values_list("pk", flat=True):
        process_message.call(str(pk))
    assert not Call.objects.exists()

from datetime import timedelta

import pytest
from django.utils import timezone

from sandbox import cleanup
from sandbox.calls.services import place_call
from sandbox.models import Assistant, Call, Chat, Delivery, PhoneNumber, TwilioCall
from sandbox.tests.bodies import ASSISTANT, KEY, NUMBER

pytestmark = pytest.mark.django_db

EVERYTHING = (Assistant, PhoneNumber, Chat, Call, Delivery, TwilioCall)


@pytest.fixture
def everything():
    assistant = Assistant.objects.create(key=KEY, body=ASSISTANT | {"server": {"url": "https://example.com"}})
    PhoneNumber.objects.create(key=KEY, number=NUMBER["number"], body=NUMBER)
    Chat.objects.create(key=KEY, assistant_id=assistant.id, input="Bonjour", output="Bonjour")
    place_call(assistant=assistant, kind=Call.Kind.INBOUND, customer={})


@pytest.mark.parametrize(("days", "left"), [(29, True), (31, False)], ids=["29-days", "31-days"])
def test_what_is_older_than_thirty_days_goes(everything, days, left):
    moment = timezone.now() - timedelta(days=days)
    for model in (Assistant, PhoneNumber, Chat, Call):
        model.objects.update(created_at=moment, updated_at=moment)
    TwilioCall.objects.update(created_at=moment)
    cleanup.clean_up.call()
    assert [model.objects.exists() for model in EVERYTHING] == [left] * len(EVERYTHING)


def test_assistant_that_is_in_use_stays(everything):
    Assistant.objects.update(created_at=timezone.now() - timedelta(days=400))
    cleanup.clean_up.call()
    assert Assistant.objects.exists()

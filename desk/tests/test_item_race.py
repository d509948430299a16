"""Reports of one caller's calls, and people's clicks, at the same moment: one item, and one act. Real threads."""

from collections.abc import Callable

import pytest
from django.db import transaction

from accounts.tests.test_redeem_race import race
from calls.models import Call
from calls.signals import call_changed
from calls.summaries.models import CallSummary
from calls.tests.factories import CallFactory
from core.models import AuditEvent
from desk.items import acts
from desk.models import Item, ItemCall, UnansweredQuestion
from desk.tests.factories import ask, item_of
from organizations.models import Membership

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def reporting(call: Call) -> Callable[[], int]:
    """Tell of a call as `calls.progress` does: with its row locked."""

    def run() -> int:
        with transaction.atomic():
            locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
            call_changed.send(sender=Call, call=locked)
        return 1

    return run


def acting(act: Callable[..., bool], actor: Membership, item: Item, **seen: int) -> Callable[[], int]:
    return lambda: 1 + act(actor=actor, item_id=item.pk, **seen)


@pytest.fixture
def people(member, admin) -> list[Membership]:
    return list(Membership.objects.select_related("organization", "user").order_by("role"))


def test_calls_of_one_number_at_once_make_one_item_and_count_each_question(bakery, people, round_):
    assistant = bakery.assistants.create(organization=bakery, name="Léa", language="fr", voice="fr-denise")
    calls = CallFactory.create_batch(4, organization=bakery, assistant=assistant)
    for call in calls:
        told = {"purpose": "message", "unanswered": ["Livrez-vous ?", "Ouvrez-vous à Noël ?"], "version": "1"}
        CallSummary.objects.create(call=call, **told)
    assert race(*(reporting(call) for call in [*calls, *calls])) == [1] * 8
    assert Item.objects.get().call_count == ItemCall.objects.count() == 4
    assert list(UnansweredQuestion.objects.values_list("times", flat=True)) == [4, 4]


def test_two_people_who_take_one_item_at_once_are_told_who_has_it(bakery, people, round_):
    item = item_of(ask(bakery))
    assert sorted(race(*(acting(acts.take_item, actor, item) for actor in people))) == [1, 2]
    assert AuditEvent.objects.filter(action="desk.taken").count() == 1


def test_call_that_comes_while_its_callers_item_is_done_is_not_lost(bakery, people, round_):
    item = item_of(ask(bakery))
    call = CallFactory(organization=bakery)
    CallSummary.objects.create(call=call, purpose="complaint", version="1")
    _told, is_done = race(reporting(call), acting(acts.finish_item, people[0], item, seen_calls=1))
    item.refresh_from_db()
    assert item.state == ("done" if is_done == 2 else "open")
    assert item_of(call).state == "open"

"""All that writes to calls, at the same moment, in threads: nothing waits in a circle, and all sums stay exact."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, connections
from django.http import Http404
from django.utils import timezone

from assistants.tests.factories import AssistantFactory
from calls import retention, signal_handlers
from calls.costs import twilio
from calls.costs.vapi import VapiCost
from calls.enums import Kind, Part, Status
from calls.erasure.models import CallerErasure, Erasure
from calls.erasure.services import erase_call, erase_caller, erase_calls_of_caller
from calls.models import Call, CallTotal
from calls.progress.facts import Facts, Report
from calls.progress.services import apply_facts
from calls.reconciliation.missed_calls import add_missed
from calls.recordings.deletion import delete_old_recordings
from calls.recordings.models import Recording
from calls.statistics.services import count_drift, ensure_counted, rebuild
from calls.summaries.models import Purpose, Urgency
from calls.summaries.output import Summary
from connections.twilio.answers import Leg, LoggedCall
from desk.items import acts
from desk.models import Item, UnansweredQuestion
from desk.questions.services import TooManyAnswersError, answer_question, dismiss_question
from organizations.models import Membership, Organization
from organizations.permissions import Role
from organizations.settings.services import delete_organization
from organizations.tests.factories import MembershipFactory, OrganizationFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.skipif(connection.vendor == "sqlite", reason="there, one transaction writes at a time"),
]

REFUSED = (Http404, PermissionDenied, acts.OtherItemOpenError, TooManyAnswersError)
CALLS, STEPS, THREADS = 24, 40, 8
NUMBERS = ("+33639981234", "+33639981235", "")
QUESTIONS = ("Livrez-vous ?", "Ouvrez-vous à Noël ?", "Avez-vous du seigle ?", "Où se garer ?")


@dataclass
class Place:
    """An organisation under attack, by writers that do one random thing each."""

    organization: Organization
    owner: Membership
    chance: random.Random

    def tell(self) -> None:
        apply_facts(self.organization, self._facts(self.chance.randrange(CALLS)))

    def miss(self) -> None:
        number = self.chance.randrange(CALLS)
        began = self._begin(number)
        logged = LoggedCall(
            sid=sid_of(number),
            parent_sid="",
            direction="inbound",
            status="no-answer",
            from_number=NUMBERS[number % 3],
            to_number="+33939035501",
            began_at=began,
            ended_at=began + timedelta(seconds=20),
        )
        add_missed(self.organization, logged)

    def price(self) -> None:
        if call := self._any(Call):
            legs = [(Part.PARENT_LEG, Leg(call.twilio_sid, "completed", Decimal("0.0102"), "USD"))]
            self.chance.choice([lambda: twilio._store(call, legs), lambda: twilio._finish(call)])()

    def erase(self) -> None:
        if call := self._any(Call):
            erase_call(actor=self.owner, call_id=call.pk)

    def erase_caller(self) -> None:
        if not self.chance.randrange(3):
            erase_caller(actor=self.owner, number=NUMBERS[0])
        for pk in CallerErasure.objects.filter(organization=self.organization).values_list("pk", flat=True):
            erase_calls_of_caller.call(str(pk))

    def forget(self) -> None:
        keys = list(Call.objects.for_organization(self.organization).values_list("pk", flat=True))
        self.chance.shuffle(keys)
        retention._delete(keys)

    def delete_recordings(self) -> None:
        for pk in Recording.objects.filter(call__organization=self.organization).values_list("pk", flat=True):
            Recording.objects.filter(pk=pk).update(
                state=Recording.State.STORED,
                file="x",
                due_at=None,
                recorded_at=timezone.now() - timedelta(days=900),
            )
        delete_old_recordings.call()

    def adopt(self) -> None:
        assistant = self.organization.assistants.get(vapi_id__endswith="-0")
        for pk in Call.objects.for_organization(self.organization).values_list("pk", flat=True):
            Call.objects.filter(pk=pk).update(assistant=None)
        signal_handlers._adopt_calls(Call, assistant, assistant.vapi_id)

    def count(self) -> None:
        rebuild(self.organization.pk)

    def act(self) -> None:
        if item := self._any(Item):
            who = {"actor": self.owner, "item_id": item.pk}
            self.chance.choice(
                [
                    lambda: acts.take_item(**who),
                    lambda: acts.finish_item(**who, seen_calls=item.call_count),
                    lambda: acts.reopen_item(**who),
                    lambda: acts.snooze_item(**who, until=timezone.now() + timedelta(hours=1)),
                ]
            )()

    def close_question(self) -> None:
        if found := self._any(UnansweredQuestion):
            who = {"actor": self.owner, "question_id": found.pk}
            if self.chance.randrange(2):
                answer_question(**who, question=found.text or "?", answer="Oui.")
            else:
                dismiss_question(**who)

    def writers(self) -> list[Callable[[], None]]:
        rare = [
            self.erase,
            self.erase_caller,
            self.forget,
            self.delete_recordings,
            self.count,
            self.close_question,
        ]
        return [*[self.tell] * 10, *[self.miss] * 3, *[self.price] * 3, *[self.act] * 4, self.adopt, *rare]

    def _any(self, model: Any) -> Any:
        return model.objects.filter(organization=self.organization).order_by("?").first()

    def _begin(self, number: int) -> Any:
        return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(seconds=number)

    def _facts(self, number: int) -> Facts:
        began = self._begin(number)
        version = f"{self.chance.randrange(10**6):06}"
        report = Report(
            version=version,
            started_at=began + timedelta(seconds=2),
            ended_at=began + timedelta(seconds=40 + self.chance.randrange(40)),
            ended_reason="customer-ended-call",
            speeches=(),
            costs=(VapiCost(Part.VAPI, Decimal(self.chance.randrange(1000)) / 1000),),
            transfers=(),
            is_recorded=True,
        )
        summary = Summary(
            version=version,
            subject="Une charlotte",
            caller_name="Nadia",
            purpose=self.chance.choice(list(Purpose)),
            number="",
            wanted_at="",
            urgency=self.chance.choice(list(Urgency)),
            wishes="Une charlotte",
            unanswered=tuple(self.chance.sample(QUESTIONS, self.chance.randrange(4))),
            unsure=(),
        )
        return Facts(
            vapi_id=f"call-{number}",
            at=began,
            created_at=began,
            kind=Kind.INBOUND,
            status=Status.ENDED,
            assistant_vapi_id=f"assistant-{self.organization.slug}-{number % 2}",
            customer_number=NUMBERS[number % 3],
            twilio_sid=self.chance.choice(["", sid_of(number)]),
            started_at=began + timedelta(seconds=2),
            ended_at=began + timedelta(seconds=90),
            report=self.chance.choice([report, None]),
            summary=self.chance.choice([summary, None]),
        )


def sid_of(number: int) -> str:
    return f"CA{number:032}"


def storm(
    places: list[Place], writers: Callable[[Place], list[Callable[[], None]]] = Place.writers
) -> list[Exception]:
    """Run threads of random writers; what went wrong."""
    wrong: list[Exception] = []

    def run(seed: int) -> None:
        chance = random.Random(seed)
        mine = [Place(place.organization, place.owner, chance) for place in places]
        try:
            for _step in range(STEPS):
                try:
                    chance.choice(writers(chance.choice(mine)))()
                except REFUSED:
                    continue
                except Exception as error:  # each is told by the test
                    wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[seed]) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    return wrong


@pytest.fixture
def places(bakery) -> list[Place]:
    made = []
    for organization in (bakery, OrganizationFactory(slug="florist")):
        owner = MembershipFactory(organization=organization, role=Role.OWNER)
        for number in range(2):
            AssistantFactory(organization=organization, vapi_id=f"assistant-{organization.slug}-{number}")
        organization.records_calls = True
        organization.save()
        made.append(Place(organization, owner, random.Random(1)))
    return made


def test_all_writers_at_once_agree(places):
    assert storm(places) == []
    for place in places:
        ensure_counted(place.organization.pk)
        assert count_drift(place.organization.pk) == 0
        own = Call.objects.for_organization(place.organization)
        erased = Erasure.objects.filter(organization=place.organization)
        assert not own.filter(vapi_id__in=erased.exclude(vapi_id="").values("vapi_id")).exists()
        assert not own.filter(twilio_sid__in=erased.exclude(twilio_sid="").values("twilio_sid")).exists()
        for call in own:
            assert dict(CallTotal.objects.filter(call=call).values_list("currency", "amount")) == call.costs()
        for item in Item.objects.filter(organization=place.organization):
            assert item.links.exists()
            assert item.touched_at or item.call_count == item.links.count()
        for question in UnansweredQuestion.objects.filter(organization=place.organization):
            assert question.times == question.askings.count()


def test_organisation_is_deleted_while_its_calls_come(places, round_):
    bakery, florist = places
    wrong = storm(places, _writers_and_the_end)
    assert [error for error in wrong if not is_of_the_deleted(error, bakery)] == []
    assert not Organization.objects.filter(pk=bakery.organization.pk).exists()
    assert not Call.objects.for_organization(bakery.organization).exists()
    ensure_counted(florist.organization.pk)
    assert count_drift(florist.organization.pk) == 0


def _writers_and_the_end(place: Place) -> list[Callable[[], None]]:
    if place.organization.slug != "bakery":
        return place.writers()
    return [
        *[place.tell] * 20,
        *[place.price] * 5,
        *[place.miss] * 3,
        place.act,
        partial(delete_organization, actor=place.owner),
    ]


def is_of_the_deleted(error: Exception, place: Place) -> bool:
    """Whether the database refused a new row because its organisation is gone: tasks of deleted rows end so."""
    return isinstance(error, IntegrityError) and "foreign key" in str(error)

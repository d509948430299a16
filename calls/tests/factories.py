from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from calls.enums import CostState, Kind, Part, Speaker, Status
from calls.models import Call, CallSummary, CostPart, Recording, Transfer, Turn
from calls.recordings.models import recording_storage
from connections.enums import Provider
from organizations.tests.factories import OrganizationFactory


class CallFactory(DjangoModelFactory[Call]):
    """An incoming call that lasted a minute and ended a moment ago, reported and priced."""

    class Meta:
        model = Call

    class Params:
        running = factory.Trait(
            status=Status.IN_PROGRESS, ended_at=None, seconds=None, ended_reason="", report_version=""
        )

    organization = factory.SubFactory(OrganizationFactory)
    vapi_id = factory.Sequence(lambda number: f"call-{number}")
    kind = Kind.INBOUND
    customer_number = "+33639981234"
    our_number = "+33939035501"
    status = Status.ENDED
    created_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=2))
    started_at = factory.LazyAttribute(lambda made: made.created_at + timedelta(seconds=3))
    ended_at = factory.LazyAttribute(lambda made: made.started_at and made.started_at + timedelta(minutes=1))
    seconds = 60
    ended_reason = "customer-ended-call"
    report_version = "1"


class TurnFactory(DjangoModelFactory[Turn]):
    """What the caller says first."""

    class Meta:
        model = Turn

    call = factory.SubFactory(CallFactory)
    position = factory.Sequence(lambda number: number)
    speaker = Speaker.CALLER
    text = "Bonjour, je voudrais prendre rendez-vous."
    at = Decimal("4.2")
    lasts = Decimal("2.5")


class CostPartFactory(DjangoModelFactory[CostPart]):
    """What Vapi charges for itself."""

    class Meta:
        model = CostPart

    call = factory.SubFactory(CallFactory)
    provider = Provider.VAPI
    part = Part.VAPI
    amount = Decimal("0.0571")
    currency = "USD"
    state = CostState.FINAL


def call_with(turns: list[tuple[str, str]], **fields: Any) -> Call:
    """A call in which this was said: pairs of speaker and text."""
    call = CallFactory(**fields)
    for position, (speaker, text) in enumerate(turns):
        TurnFactory(call=call, position=position, speaker=speaker, text=text, at=Decimal(position * 3))
    return call


class SummaryFactory(DjangoModelFactory[CallSummary]):
    """A caller who orders a cake and leaves a number, the name badly heard."""

    class Meta:
        model = CallSummary

    call = factory.SubFactory(CallFactory)
    subject = "Commande d’une charlotte pour samedi"
    caller_name = "Claire Durand"
    purpose = "appointment"
    callback_number = "+33639981234"
    wanted_at = "samedi vers dix heures"
    wishes = "Une charlotte aux poires pour huit."
    unanswered = factory.LazyFunction(lambda: ["Y a-t-il des noix dans la charlotte\u202f?"])
    unsure = factory.LazyFunction(lambda: ["caller_name"])
    version = "1"


class TransferFactory(DjangoModelFactory[Transfer]):
    """An unanswered attempt to put a caller through."""

    class Meta:
        model = Transfer

    call = factory.SubFactory(CallFactory)
    position = factory.Sequence(lambda number: number)
    destination = "+33639981300"
    result = "no-answer"


SOUND = b"RIFF\x24\x00\x00\x00WAVE" + bytes(range(256)) * 8


class RecordingFactory(DjangoModelFactory[Recording]):
    """One whose file is stored, unless another state is asked for."""

    class Meta:
        model = Recording

    class Params:
        waiting = factory.Trait(
            state=Recording.State.WAITING, file="", fetched_at=None, due_at=factory.LazyFunction(timezone.now)
        )
        gone = factory.Trait(state=Recording.State.GONE, file="")
        deleted = factory.Trait(
            state=Recording.State.DELETED, file="", deleted_at=factory.LazyFunction(timezone.now)
        )

    call = factory.SubFactory(CallFactory)
    recorded_at = factory.LazyAttribute(lambda made: made.call.ended_at)
    state = Recording.State.STORED
    file = factory.LazyAttribute(
        lambda made: recording_storage().save(
            f"{made.call.organization_id}/{made.call.pk}.wav", ContentFile(SOUND)
        )
    )
    content_type = "audio/wav"
    size = len(SOUND)
    digest = "5d"
    fetched_at = factory.LazyFunction(timezone.now)

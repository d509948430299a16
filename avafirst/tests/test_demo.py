"""What development starts with: a bakery whose assistants answer, made by the ways that people take."""

import wave
from io import BytesIO

import pytest
from django.core.management import call_command

from accounts.tests.helpers import dump
from assistants.forms import AssistantForm
from assistants.models import Assistant, Line, values_of
from assistants.sync.mirrored import SyncState
from avafirst.demo_bakery import FACTS
from calls.demo.contacts import NAMES
from calls.models import Call, Contact, Recording
from connections.enums import NumberState
from connections.models import TwilioConnection, VapiConnection
from organizations.facts.selectors import Progress, progress_of
from organizations.models import Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def martin():
    call_command("demo")
    return Organization.objects.get(slug="boulangerie-martin")


def test_the_worker_creates_the_copies_in_the_sandbox(sandbox, martin, run_tasks):
    run_tasks()
    assistants = Assistant.objects.for_organization(martin)
    assert {each.language for each in assistants} == {"fr", "en", "he"}
    assert {each.sync_state for each in assistants} == {SyncState.IN_STEP}
    assert TwilioConnection.objects.get().number_state == NumberState.IN_STEP
    assert Line.objects.get(organization=martin).sync_state == SyncState.IN_STEP
    assert assistants.answering().get().name == "Léa"


def test_texts_are_as_the_form_sends_them_back(martin):
    """Otherwise a first save would say that the instructions were changed."""
    for assistant in Assistant.objects.for_organization(martin):
        form = AssistantForm({**values_of(assistant)})
        assert form.is_valid()
        assert form.assistant_data == values_of(assistant)


def test_newest_calls_have_recordings_that_can_be_played(martin, as_user):
    assert martin.records_calls
    found = Recording.objects.filter(call__organization=martin)
    assert [each.state for each in found] == ["stored"] * 3
    member = martin.memberships.get(role="member").user
    for recording in found:
        response = as_user(member).get(f"/fr/o/{martin.slug}/calls/{recording.call_id}/recording")
        with wave.open(BytesIO(response.getvalue())) as sound:
            assert sound.getnframes() / sound.getframerate() == pytest.approx(recording.call.seconds, abs=0.3)


def test_bakery_has_answered_a_part_of_the_questions(martin):
    assert progress_of(martin) == Progress(len(FACTS))
    assert not progress_of(martin).is_complete


def test_some_callers_of_the_bakery_have_names(martin):
    named = Contact.objects.for_organization(martin).values_list("number", flat=True)
    assert len(named) == len(NAMES)
    calls = Call.objects.for_organization(martin).filter(customer_number__in=named)
    assert calls.values("customer_number").distinct().count() == len(NAMES)


def test_every_start_after_the_first_changes_nothing(sandbox, martin, run_tasks):
    run_tasks()
    before = dump()
    call_command("demo")
    run_tasks()
    assert dump() == before


def test_what_is_missing_is_made_again(martin):
    Assistant.objects.all().delete()
    call_command("demo")
    assert Assistant.objects.for_organization(martin).count() == 3
    assert VapiConnection.objects.count() == 1


def test_without_the_sandbox_nothing_is_connected(settings):
    settings.AVA_SANDBOX = False
    call_command("demo")
    assert not VapiConnection.objects.exists()
    assert not Assistant.objects.exists()


def test_every_newcomer_still_has_the_set_up_ahead(martin):
    ava = Organization.objects.get(slug="ava")
    assert not ava.is_set_up
    assert set(VapiConnection.objects.values_list("organization", flat=True)) == {martin.pk}

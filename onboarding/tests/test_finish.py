"""Putting steps off, and finishing the set-up."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.tests.helpers import text_of
from assistants.models import Line
from assistants.sync.mirrored import SyncState
from assistants.tests.factories import AssistantFactory
from connections.enums import NumberState
from connections.tests.factories import TwilioConnectionFactory, VapiConnectionFactory
from core.models import AuditEvent
from onboarding import services, steps
from onboarding.models import StepDone
from onboarding.services import complete_setup
from onboarding.steps import State
from organizations.models import Membership
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

DONE = "/fr/onboarding/done"
NEXT = {"vapi": "twilio", "twilio": "assistant", "assistant": "done"}


@pytest.fixture
def begun(ava):
    for key in ("welcome", "organization"):
        services.mark_done(ava, key)


@pytest.fixture
def complete(ava, begun):
    """Everything is set up."""
    VapiConnectionFactory(organization=ava)
    TwilioConnectionFactory(
        organization=ava, number_state=NumberState.IN_STEP, vapi_number_id=str(uuid.uuid4())
    )
    AssistantFactory(organization=ava, name="Léa", answers_calls=True)
    Line.objects.create(organization=ava, sync_state=SyncState.IN_STEP)


@pytest.mark.parametrize("key", NEXT)
def test_step_can_be_put_off(browser, ava, begun, key):
    answer = browser.post(f"/fr/onboarding/{key}/later")
    assert answer.url == f"/fr/onboarding/{NEXT[key]}"
    assert steps.states_of(ava)[key] == State.SKIPPED
    browser.post(f"/fr/onboarding/{key}/later")
    assert StepDone.objects.filter(organization=ava, step=key).count() == 1


@pytest.mark.parametrize("key", ["welcome", "organization", "done", "google", "x"])
def test_what_cannot_wait_is_not_put_off(browser, ava, key):
    assert browser.post(f"/fr/onboarding/{key}/later").status_code == 404
    assert not StepDone.objects.exists()


@pytest.mark.parametrize("key", ["welcome", "organization", "done"])
def test_service_refuses_to_put_off_a_needed_step(ava, key):
    with pytest.raises(ValueError, match=key):
        services.postpone_step(ava, key)


def test_putting_off_every_step_leads_to_the_end(browser, begun):
    for key in NEXT:
        browser.post(f"/fr/onboarding/{key}/later")
    assert browser.get("/fr/home").url == DONE


def test_step_that_was_put_off_counts_as_done_once_it_is(ava, begun):
    services.postpone_step(ava, "vapi")
    VapiConnectionFactory(organization=ava)
    assert steps.states_of(ava)["vapi"] == State.DONE


def test_connection_that_is_cut_opens_its_step_again(ava, begun):
    connection = VapiConnectionFactory(organization=ava)
    assert steps.states_of(ava)["vapi"] == State.DONE
    connection.delete()
    ava.refresh_from_db()
    assert steps.states_of(ava)["vapi"] == State.OPEN


def test_page_says_what_is_missing_and_still_finishes(browser, ava, begun):
    services.postpone_step(ava, "vapi")
    page = text_of(browser.get(DONE))
    for words in ("Vapi n’est pas connecté", "Twilio n’est pas connecté", "pas encore d’assistant"):
        assert words in page
    for path in NEXT:
        assert f'href="/fr/onboarding/{path}"' in page
    assert browser.post(DONE).url == "/fr/o/ava"
    ava.refresh_from_db()
    assert ava.is_set_up


def test_page_shows_what_was_set_up_the_number_and_how_to_forward_to_it(browser, complete):
    page = text_of(browser.get(DONE))
    for words in ("C’est prêt", "+33 9 39 03 55 01", "Léa", "**21*0939035501#", "##21#", "/fr/o/ava/team"):
        assert words in page
    assert "n’est pas connecté" not in page
    assert "tel:+33939035501" in page


def test_page_offers_no_call_to_the_number_of_the_sandbox_and_no_forwarding(browser, ava, complete):
    ava.twilioconnection.endpoint = "sandbox"
    ava.twilioconnection.save()
    page = text_of(browser.get(DONE))
    assert "tel:" not in page
    assert "Appelez-le pour l’entendre" not in page
    assert "**21*" not in page
    assert "Écrivez-lui pour l’essayer" in page
    assert "numéro d’essai" in page


def test_line_that_is_not_open_yet_is_not_said_to_answer(browser, complete):
    Line.objects.update(sync_state=SyncState.PENDING)
    page = text_of(browser.get(DONE))
    assert "en cours de raccordement" in page
    assert "décroche désormais" not in page


def test_end_is_recorded_once_and_opens_the_dashboard(browser, ava, newcomer, complete):
    assert browser.post(DONE).url == "/fr/o/ava"
    browser.post(DONE)
    event = AuditEvent.objects.get(action="onboarding.completed")
    assert (event.actor_id, event.organization_id, event.data["missing"]) == (newcomer.pk, ava.pk, [])
    assert "A terminé la mise en route" in text_of(browser.get("/fr/o/ava/audit"))
    assert browser.get("/fr/home").url == "/fr/dashboard"
    for step in steps.STEPS:
        assert browser.get(f"/fr/onboarding/{step.key}").url == "/fr/dashboard"


def test_what_was_missing_at_the_end_is_recorded(browser, ava, begun):
    browser.post(DONE)
    assert AuditEvent.objects.get(action="onboarding.completed").data["missing"] == [
        "vapi",
        "twilio",
        "assistant",
    ]


def test_second_end_does_not_move_the_first(ava, newcomer, complete):
    actor = newcomer.memberships.get()
    complete_setup(actor=actor)
    ava.refresh_from_db()
    first = ava.setup_completed_at
    complete_setup(actor=actor)
    ava.refresh_from_db()
    assert ava.setup_completed_at == first


def test_role_is_asked_again_at_the_end(ava, newcomer):
    actor = newcomer.memberships.select_related("organization").get()
    MembershipFactory(organization=ava, role=Role.OWNER)
    Membership.objects.filter(id=actor.id).update(role=Role.VIEWER)
    with pytest.raises(PermissionDenied):
        complete_setup(actor=actor)
    Membership.objects.filter(id=actor.id).delete()
    with pytest.raises(Http404):
        complete_setup(actor=actor)
    ava.refresh_from_db()
    assert not ava.is_set_up


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
def test_weak_role_ends_nothing(as_user, ava, role):
    client = as_user(MembershipFactory(organization=ava, role=role).user)
    assert client.post(DONE).url == "/fr/dashboard"
    assert client.post("/fr/onboarding/vapi/later").url == "/fr/dashboard"
    ava.refresh_from_db()
    assert not ava.is_set_up
    assert not StepDone.objects.exists()


def test_what_waits_is_listed_also_where_it_was_put_off(ava, begun):
    services.postpone_step(ava, "vapi")
    AssistantFactory(organization=ava)
    assert [step.key for step in steps.open_steps(ava)] == ["vapi", "twilio"]


def test_nothing_waits_where_everything_is_set_up(ava, complete):
    assert steps.open_steps(ava) == []

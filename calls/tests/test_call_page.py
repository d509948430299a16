"""The page of one call."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistants.tests.factories import AssistantFactory
from calls.models import Call
from calls.tests.factories import (
    CallFactory,
    CostPartFactory,
    SummaryFactory,
    TransferFactory,
    TurnFactory,
    call_with,
)
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


def url_of(call, language="fr", rest=""):
    return f"/{language}/o/bakery/calls/{call.id}{rest}"


@pytest.fixture
def lea(bakery):
    return AssistantFactory(organization=bakery, name="Léa", voice="fr-denise")


def test_opens_with_the_result_and_tells_why(as_user, viewer, bakery, lea):
    call = CallFactory(
        organization=bakery, assistant=lea, subject="Une charlotte", ended_reason="assistant-ended-call"
    )
    page = as_user(viewer).get(url_of(call)).content.decode()
    for text in (
        "Léa a pris congé, puis raccroché.",
        "Une charlotte",
        "Pourquoi l’appel a pris fin",
        "Rien à faire.",
    ):
        assert text in page
    assert "assistant-ended-call" in page


def test_conversation_has_speakers_times_and_anchors(as_user, viewer, bakery, lea):
    call = call_with([("assistant", "Bonjour !"), ("caller", "Du pain")], organization=bakery, assistant=lea)
    page = as_user(viewer).get(url_of(call)).content.decode()
    for text in (
        'id="t0"',
        'id="t1"',
        'href="#t1"',
        "Bonjour !",
        "Du pain",
        "0:03",
        "turn--caller",
    ):
        assert text in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("Ce que la personne voulait", "Rendez-vous ou commande", "à vérifier", "Urgent")),
        ("en", ("What the caller wanted", "Appointment or order", "not sure", "Urgent")),
        ("he", ("מה ביקשו בשיחה", "תור או הזמנה", "לבדיקה", "דחוף")),
    ],
)
def test_what_the_caller_wanted_stands_on_a_card(as_user, viewer, bakery, language, words):
    summary = SummaryFactory(call__organization=bakery, urgency="urgent")
    page = as_user(viewer).get(url_of(summary.call, language)).content.decode()
    for text in (*words, "Claire Durand", "samedi vers dix heures", "charlotte aux poires", "des noix"):
        assert text in page
    assert page.count(words[2]) == 1
    assert 'href="tel:+33639981234"><bdi dir="ltr">' in page
    assert "<q>" not in page  # the words are the model's


@pytest.mark.parametrize("hidden", [{"transcript_deleted_at": timezone.now()}, {}])
def test_without_a_summary_there_is_no_card(as_user, viewer, bakery, hidden):
    call = CallFactory(organization=bakery, **hidden)
    if hidden:
        SummaryFactory(call=call, purpose="complaint")
    assert 'id="wanted"' not in as_user(viewer).get(url_of(call)).content.decode()


def test_summary_is_text_whatever_it_says(as_user, viewer, bakery):
    markup = "<script>alert(1)</script>"
    values = dict.fromkeys(("subject", "caller_name", "wanted_at", "wishes"), markup)
    call = SummaryFactory(call__organization=bakery, unanswered=[markup], **values).call
    page = as_user(viewer).get(url_of(call)).content.decode()
    assert markup not in page
    assert page.count("&lt;script&gt;alert(1)") == 5


def test_transfers_stand_in_the_course_and_under_the_conversation(as_user, viewer, bakery):
    call = call_with([("caller", "Passez-moi quelqu’un")], organization=bakery)
    TransferFactory(call=call)
    TransferFactory(call=call, destination="", result="")
    page = as_user(viewer).get(url_of(call)).content.decode()
    assert page.count("Transfert vers") == 2
    assert page.count('<bdi dir="ltr">+33 6 39 98 13 00</bdi>') == 2
    assert page.count("pas de réponse") == 2


def test_parts_of_the_cost_stand_beside_their_providers_and_states(as_user, viewer, bakery):
    call = CallFactory(organization=bakery)
    CostPartFactory(call=call, amount=Decimal("0.0571"))
    CostPartFactory(
        call=call,
        provider="twilio",
        part="parent_leg",
        amount=Decimal("0.0085"),
        currency="EUR",
        state="partial",
    )
    page = as_user(viewer).get(url_of(call)).content.decode()
    for text in ("0,0571\u00a0$", "0,0085\u00a0€", "Vapi", "Twilio", "Incomplet"):
        assert text in page


def test_priced_call_says_that_it_is_complete(as_user, viewer, bakery):
    call = CallFactory(organization=bakery)
    CostPartFactory(call=call)
    assert "Complet." in as_user(viewer).get(url_of(call)).content.decode()


@pytest.mark.parametrize("amount", ["0", "0.000001", "999999.999999"])
def test_bar_takes_any_amount(as_user, viewer, bakery, amount):
    call = CallFactory(organization=bakery)
    CostPartFactory(call=call, amount=Decimal(amount))
    assert as_user(viewer).get(url_of(call, "he")).status_code == 200


def test_callers_other_calls_are_linked(as_user, viewer, bakery):
    call = CallFactory(organization=bakery)
    other = CallFactory(organization=bakery, subject="La fois d’avant")
    foreign = CallFactory(organization=OrganizationFactory(), subject="Ailleurs")
    page = as_user(viewer).get(url_of(call)).content.decode()
    assert url_of(other) in page
    assert "La fois d’avant" in page
    assert str(foreign.id) not in page


def test_withheld_numbers_are_not_taken_for_one_caller(as_user, viewer, bakery):
    call, other = CallFactory.create_batch(2, organization=bakery, customer_number="")
    page = as_user(viewer).get(url_of(call)).content.decode()
    assert str(other.id) not in page
    assert "tel:" not in page


def test_call_back_opens_the_phones_dialler(as_user, viewer, bakery):
    assert (
        'href="tel:+33639981234"'
        in as_user(viewer).get(url_of(CallFactory(organization=bakery))).content.decode()
    )


def test_call_without_assistant_words_or_reason(as_user, viewer, bakery):
    call = CallFactory(
        organization=bakery, ended_reason="", started_at=None, ended_at=timezone.now(), seconds=None
    )
    TurnFactory(call=call, speaker="assistant")
    page = as_user(viewer).get(url_of(call)).content.decode()
    assert "Vapi n’a pas donné de raison" in page


def test_another_organizations_call_is_404(as_user, viewer, bakery):
    theirs = CallFactory(organization=OrganizationFactory())
    client = as_user(viewer)
    assert client.get(url_of(theirs)).status_code == 404
    assert client.get(url_of(theirs, rest="/state"), headers={"HX-Request": "true"}).status_code == 404


def test_page_asks_the_database_twelve_times_at_most(as_user, owner, bakery, lea):
    calls = CallFactory.create_batch(8, organization=bakery, assistant=lea)
    for position in range(30):
        TurnFactory(call=calls[0], position=position)
    CostPartFactory(call=calls[0])
    SummaryFactory(call=calls[0])
    TransferFactory(call=calls[0])
    client = as_user(owner)
    client.get(url_of(calls[0]))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url_of(calls[0])).status_code == 200
    assert len(queries) <= 12


class TestState:
    def state(self, client, call, seen):
        return client.get(url_of(call, rest="/state"), {"seen": seen}, headers={"HX-Request": "true"})

    def test_running_call_asks_again_and_gets_204_while_nothing_changes(self, as_user, viewer, bakery):
        call = CallFactory(organization=bakery, running=True)
        client = as_user(viewer)
        page = client.get(url_of(call))
        assert "data-poll" in page.content.decode()
        assert self.state(client, call, page.context["page"].mark).status_code == 204

    def test_new_words_come_by_themselves(self, as_user, viewer, bakery):
        call = CallFactory(organization=bakery, running=True)
        client = as_user(viewer)
        seen = client.get(url_of(call)).context["page"].mark
        TurnFactory(call=call, text="Et avec ceci ?")
        Call.objects.filter(pk=call.pk).update(changed_at=timezone.now())
        assert "Et avec ceci" in self.state(client, call, seen).content.decode()

    def test_call_that_ended_is_asked_for_until_its_report_comes(self, as_user, viewer, bakery):
        call = CallFactory(organization=bakery, report_version="")
        client = as_user(viewer)
        assert "data-poll" in client.get(url_of(call)).content.decode()
        Call.objects.filter(pk=call.pk).update(report_version="1")
        assert "data-poll" not in client.get(url_of(call)).content.decode()

    def test_report_that_never_comes_is_not_asked_for_for_ever(self, as_user, viewer, bakery):
        long_ago = timezone.now() - timedelta(hours=1)
        call = CallFactory(organization=bakery, report_version="", changed_at=long_ago)
        assert "data-poll" not in as_user(viewer).get(url_of(call)).content.decode()

    def test_without_htmx_it_leads_to_the_page(self, as_user, viewer, bakery):
        call = CallFactory(organization=bakery)
        assert as_user(viewer).get(url_of(call, rest="/state")).url == url_of(call)

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.helpers import text_of
from calls import retention
from calls.models import Call, Turn
from calls.tests.factories import CallFactory, CostPartFactory, TurnFactory
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


def call_of(organization, days: int) -> Call:
    at = timezone.now() - timedelta(days=days, minutes=2)
    call = CallFactory(organization=organization, created_at=at, subject="Deux baguettes")
    TurnFactory(call=call)
    CostPartFactory(call=call)
    return call


def test_what_was_said_is_deleted_after_the_days_of_its_organisation(bakery, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    bakery.transcript_days = 30
    bakery.save()
    other = OrganizationFactory(transcript_days=365)
    kept, theirs = call_of(bakery, 29), call_of(other, 31)
    old = [call_of(bakery, days) for days in (31, 32, 400)]
    retention.delete_old_transcripts.call()
    retention.delete_old_transcripts.call()
    assert set(Turn.objects.values_list("call", flat=True)) == {kept.pk, theirs.pk}
    for call in old:
        call.refresh_from_db()
        assert (call.subject, call.turns.count(), call.cost_parts.count()) == ("", 0, 1)
        assert call.customer_number == "+33639981234"
    kept.refresh_from_db()
    assert kept.subject == "Deux baguettes"


def test_running_call_keeps_its_words(bakery):
    call = call_of(bakery, 400)
    Call.objects.filter(pk=call.pk).update(status="in-progress", ended_at=None)
    retention.delete_old_transcripts.call()
    assert call.turns.exists()


def test_pages_say_that_it_was_deleted_and_not_that_nothing_was_said(as_user, owner, bakery):
    call = call_of(bakery, 400)
    retention.delete_old_transcripts.call()
    client = as_user(owner)
    for path in ("", f"/{call.pk}"):
        page = text_of(client.get(f"/en/o/bakery/calls{path}"))
        assert "What was said is deleted" in page
        assert "Nothing was said" not in page
        assert "Deux baguettes" not in page

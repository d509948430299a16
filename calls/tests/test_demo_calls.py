"""Invented calls."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from assistants.tests.factories import AssistantFactory
from calls.demo.conversations import CONVERSATIONS
from calls.demo.services import add_demo_calls
from calls.demo.summaries import PATTERNS
from calls.endings.causes import Cause, find_cause
from calls.models import Call, CallSummary
from calls.summaries.models import Purpose, Urgency

pytestmark = pytest.mark.django_db


def test_calls_are_spread_over_days_languages_endings_and_costs(bakery):
    for language, voice in (("fr", "fr-denise"), ("en", "en-sonia"), ("he", "he-hila")):
        AssistantFactory(organization=bakery, language=language, voice=voice)
    add_demo_calls(bakery, count=300, days=30, seed=1)
    calls = Call.objects.for_organization(bakery).prefetch_related("cost_parts", "turns")
    assert len(calls) == 300
    assert all(call.ended_at and call.created_at <= call.ended_at <= timezone.now() for call in calls)
    assert len({call.created_at.date() for call in calls}) > 15
    assert {str(call.assistant and call.assistant.language) for call in calls} == {"fr", "en", "he"}
    causes = {find_cause(call.ended_reason) for call in calls}
    assert len(causes) > 5
    assert Cause.OTHER not in causes
    answered = [call for call in calls if call.started_at]
    assert all(call.turns.all() and call.costs()["USD"] > 0 for call in answered)
    assert 0 < len(answered) < 300
    summaries = CallSummary.objects.select_related("call")
    assert 0.7 * len(answered) < len(summaries) < len(answered)
    assert {each.purpose for each in summaries} == {*Purpose.values}
    assert {each.urgency for each in summaries} == {*Urgency.values}
    for each in summaries:
        each.full_clean()
        assert each.call.subject == each.subject


def test_every_invented_conversation_has_a_summary(bakery):
    for language, conversations in CONVERSATIONS.items():
        assert len(PATTERNS[language]) == len(conversations)


def test_same_seed_draws_the_same_calls(bakery):
    add_demo_calls(bakery, count=20, days=5, seed=7)
    first = sorted(Call.objects.values_list("subject", "ended_reason"))
    Call.objects.all().delete()
    add_demo_calls(bakery, count=20, days=5, seed=7)
    assert sorted(Call.objects.values_list("subject", "ended_reason")) == first


def test_command_adds_calls_to_one_organization(bakery):
    out = StringIO()
    call_command("demo_calls", organization="bakery", calls=12, days=3, seed=1, stdout=out)
    assert Call.objects.for_organization(bakery).count() == 12
    assert "12 calls added" in out.getvalue()


@pytest.mark.parametrize("wrong", [{"organization": "nowhere"}, {"calls": 0}, {"days": 0}])
def test_command_refuses_what_it_cannot_do(bakery, wrong):
    with pytest.raises(CommandError):
        call_command("demo_calls", **{"organization": "bakery", "calls": 1, "days": 1} | wrong)
    assert not Call.objects.exists()


def test_command_is_refused_in_production(bakery, settings):
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError):
        call_command("demo_calls", organization="bakery", calls=1)

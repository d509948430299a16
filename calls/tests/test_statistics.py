"""Sums that are kept while calls change equal a plain aggregate over the calls, in any time zone."""

import random
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.tests.test_redeem_race import race
from calls.costs.vapi import VapiCost
from calls.demo.services import add_demo_calls
from calls.endings.causes import find_cause
from calls.enums import Kind, Part, Status
from calls.models import Call, CallCount, CostBucket, CostPart, CountBucket, EndingBucket
from calls.progress.facts import Facts, Report
from calls.progress.services import apply_facts
from calls.statistics.periods import Span, midnight, month_period, next_month, read_period
from calls.statistics.selectors import read_statistics
from calls.statistics.services import count_drift, counted, ensure_counted, rebuild
from calls.tests.factories import CallFactory, CostPartFactory
from organizations.models import Organization

pytestmark = pytest.mark.django_db

# Whole hours, half hours and quarters; a clock change at midnight; one of half an hour; none.
ZONES = [
    "Europe/Paris", "Asia/Jerusalem", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo",
    "America/Havana", "Pacific/Chatham", "America/St_Johns", "Pacific/Apia", "UTC",
]  # fmt: skip
REASONS = [
    "",
    "customer-ended-call",
    "assistant-ended-call",
    "voicemail",
    "customer-busy",
    "a-reason-of-tomorrow",
]
CHANGES = {date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 24), date(2026, 11, 1), date(2026, 4, 5)}


def random_facts(chance: random.Random, name: str, first: date, days: int) -> Facts:
    """What may be told of a call, at any point of its life."""
    created = datetime(first.year, first.month, first.day, tzinfo=UTC)
    created += timedelta(seconds=chance.randrange(days * 86400))
    status = chance.choice(list(Status))
    started = created + timedelta(seconds=3) if chance.random() < 0.7 else None
    ended = created + timedelta(seconds=chance.randrange(4, 400)) if status == Status.ENDED else None
    report = None
    if ended and chance.random() < 0.8:
        amounts = [Decimal(chance.randrange(1, 2_000_000)) / 1_000_000 for _ in range(chance.randrange(3))]
        costs = tuple(
            VapiCost(part, amount) for part, amount in zip((Part.LLM, Part.TTS), amounts, strict=False)
        )
        report = Report(
            f"{chance.randrange(10**6):06}", started, ended, chance.choice(REASONS), (), costs, (), False
        )
    return Facts(
        vapi_id=name,
        at=created,
        created_at=created,
        kind=chance.choice(list(Kind)),
        status=status,
        is_test=chance.random() < 0.05,
        started_at=started,
        ended_at=ended,
        ended_reason=chance.choice(REASONS) if ended else "",
        report=report,
    )


def change_something(chance: random.Random, organization: Organization, first: date, days: int) -> None:
    """A report, a late price in another currency, or an erasure."""
    act = chance.random()
    if act < 0.75:
        apply_facts(organization, random_facts(chance, f"call-{chance.randrange(12)}", first, days))
        return
    with transaction.atomic():
        call = Call.objects.select_for_update().filter(organization=organization).order_by("?").first()
        if call is None:
            return
        with counted(call):
            if act < 0.85:
                call.delete()
                return
            call.cost_parts.filter(provider="twilio").delete()
            CostPart.objects.create(
                call=call,
                provider="twilio",
                part="parent_leg",
                amount=Decimal(chance.randrange(1, 99_999)) / 10_000,
                currency=chance.choice(["USD", "EUR"]),
                state="final",
            )


@pytest.mark.variants
@pytest.mark.parametrize("seed", range(6))
def test_sums_are_exact_after_any_order_of_reports_prices_and_erasures(bakery, seed):
    chance = random.Random(seed)
    ensure_counted(bakery.pk)
    for _ in range(60):
        change_something(chance, bakery, date(2026, 11, 1), 2)
    assert count_drift(bakery.pk) == 0
    kept = rows_of(bakery)
    rebuild(bakery.pk)
    assert rows_of(bakery) == kept
    assert kept


def rows_of(organization: Organization) -> set[tuple[object, ...]]:
    """The sums that are not zero."""
    counts = CountBucket.objects.filter(organization=organization).exclude(calls=0)
    endings = EndingBucket.objects.filter(organization=organization).exclude(ended=0)
    costs = CostBucket.objects.filter(organization=organization).exclude(micros=0)
    total = CallCount.objects.filter(organization=organization)
    return {
        *counts.values_list("start", "calls", "ended", "answered", "seconds"),
        *endings.values_list("start", "ended_reason", "ended"),
        *costs.values_list("start", "provider", "currency", "micros"),
        *total.values_list("calls"),
    }


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    zone=st.sampled_from(ZONES),
    change=st.sampled_from(sorted(CHANGES)),
    seed=st.integers(0, 10**6),
    days=st.sampled_from(["7", "30", "month"]),
)
def test_figures_equal_a_plain_aggregate_over_the_calls(bakery, zone, change, seed, days):
    check_figures(bakery, zone, change, seed, days)


def test_figures_of_a_day_with_a_clock_change_equal_a_plain_aggregate(bakery):
    check_figures(bakery, "Africa/Cairo", date(2026, 4, 24), 1, "7")


def check_figures(bakery: Organization, zone_name: str, change: date, seed: int, days: str) -> None:
    chance = random.Random(seed)
    Call.objects.all().delete()
    CallCount.objects.all().delete()
    bakery.timezone, zone = zone_name, ZoneInfo(zone_name)
    for number in range(40):
        apply_facts(bakery, random_facts(chance, f"call-{number}", change - timedelta(days=12), 16))
    today = change + timedelta(days=2)
    name = f"{change:%Y-%m}" if days == "month" else days
    period = read_period(name, today)
    found = read_statistics(bakery, period)

    plain = [
        (call.created_at.astimezone(zone), call)
        for call in Call.objects.filter(organization=bakery, is_test=False).prefetch_related("cost_parts")
    ]
    inside = [(local, call) for local, call in plain if period.span.first <= local.date() <= period.span.last]
    ended = [(local, call) for local, call in inside if call.status == "ended"]
    answered = [call for _local, call in ended if call.started_at]
    assert (found.total.calls, found.total.ended) == (len(inside), len(ended))
    assert (found.total.answered, found.total.seconds) == (
        len(answered),
        sum(c.seconds or 0 for c in answered),
    )
    assert found.ever == len(plain)
    assert found.hours == Counter((local.weekday(), local.hour) for local, _call in inside)
    assert {day: each.calls for day, each in found.days.items() if each.calls} == Counter(
        local.date() for local, _call in inside
    )
    assert found.endings == Counter(find_cause(call.ended_reason) for _local, call in ended)
    assert found.before.calls == sum(
        period.before.first <= local.date() <= period.before.last for local, _call in plain
    )
    costs: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for _local, call in inside:
        for part in call.cost_parts.all():
            costs[part.currency, part.provider] += part.amount
    assert found.costs == costs


def test_every_time_zone_has_days_of_whole_quarters():
    """The premise of buckets of 15 minutes: no offset of this century is anything else."""
    moments = [datetime(year, month, 15, tzinfo=UTC) for year in range(2000, 2038) for month in (1, 7)]
    for name in sorted(available_timezones() - {"localtime"}):
        zone = ZoneInfo(name)
        for moment in moments:
            offset = moment.astimezone(zone).utcoffset()
            assert (offset or timedelta()) % timedelta(minutes=15) == timedelta(), (name, moment)


@pytest.mark.parametrize("zone", ZONES)
def test_days_of_a_year_join_without_gap_or_overlap(zone):
    end = midnight(date(2026, 1, 1), ZoneInfo(zone)).astimezone(UTC)
    for day in Span(date(2026, 1, 1), date(2026, 12, 31)):
        first, last = (each.astimezone(UTC) for each in Span(day, day).bounds(ZoneInfo(zone)))
        assert first == end
        assert first.astimezone(ZoneInfo(zone)).date() == day
        assert (last - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() == day
        end = last


def test_periods_are_compared_with_as_many_days_before():
    today = date(2026, 3, 30)
    week, month, past = (read_period(name, today) for name in ("7", "2026-03", "2026-02"))
    assert (week.span, week.before) == (
        Span(date(2026, 3, 24), today),
        Span(date(2026, 3, 17), date(2026, 3, 23)),
    )
    assert month.before == Span(date(2026, 2, 1), date(2026, 2, 28))  # February has no 30th
    assert past.before == Span(date(2026, 1, 1), date(2026, 1, 31))
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert month_period(date(2026, 3, 1), date(2026, 3, 5)).before.last == date(2026, 2, 5)
    for name in ("", "8", "2026-13", "2026-04", "1999-12", "0000-01", "２０２６-03", "2026-3", "x"):
        assert read_period(name, today).name == "30"


def test_calls_from_before_there_were_sums_are_counted_when_they_are_first_needed(bakery):
    old = CallFactory(organization=bakery)
    CostPartFactory(call=old)
    assert read_statistics(bakery, read_period("7", timezone.now().date())).ever == 1
    CallCount.objects.all().delete()
    apply_facts(bakery, random_facts(random.Random(1), "new", date(2026, 11, 1), 1))
    assert count_drift(bakery.pk) == 0
    assert CallCount.objects.get().calls == 2


def test_another_organisation_s_calls_do_not_count(bakery):
    CallFactory()
    assert read_statistics(bakery, read_period("7", timezone.now().date())).ever == 0


def test_invented_calls_are_counted_and_leave_with_their_organisation(bakery):
    add_demo_calls(bakery, count=50, days=10, seed=1)
    assert count_drift(bakery.pk) == 0
    bakery.delete()
    assert not CountBucket.objects.exists()
    assert not CallCount.objects.exists()


def test_command_finds_and_repairs_sums_that_differ(bakery):
    add_demo_calls(bakery, count=20, days=5, seed=1)
    CountBucket.objects.update(calls=99)
    with pytest.raises(CommandError, match="bakery"):
        call_command("call_statistics", "--check", stdout=StringIO())
    call_command("call_statistics", "--rebuild", organization="bakery", stdout=StringIO())
    out = StringIO()
    call_command("call_statistics", "--check", stdout=out)
    assert "bakery: exact" in out.getvalue()
    with pytest.raises(CommandError, match="slug"):
        call_command("call_statistics", "--check", organization="nowhere")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_sums_are_exact_while_threads_change_calls_and_count_anew(bakery, round_):
    """Reports of the same and of other calls, erasures of several calls at once, and rebuilds, in threads."""
    chance = random.Random(round_)
    day = date(2026, 11, 1)
    told = [random_facts(chance, f"call-{number % 5}", day, 1) for number in range(12)]
    for facts in told[:4]:
        apply_facts(bakery, facts)
    if round_ % 2:
        CallCount.objects.all().delete()

    def tell(facts: Facts) -> int:
        with suppress(Call.DoesNotExist):  # erased just then: its transaction changes nothing
            apply_facts(bakery, facts)
        return 1

    def erase() -> int:
        with transaction.atomic():
            calls = list(Call.objects.select_for_update().order_by("pk")[:2])
            with counted(*calls):
                Call.objects.filter(pk__in=[call.pk for call in calls]).delete()
        return 1

    def count() -> int:
        rebuild(bakery.pk)
        return 1

    race(*((lambda facts=facts: tell(facts)) for facts in told), erase, erase, count, count)
    assert count_drift(bakery.pk) == 0

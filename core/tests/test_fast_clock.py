"""A clock that was two hours fast and came back: nothing that it dated lasts longer than usual."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.models import RateCounter
from core.queue import schedule, workers
from core.security.rate_limits import Limit, LimitedError, hit, refuse_if_full
from core.tests import tasks

pytestmark = pytest.mark.django_db

START = timezone.now()
FAST = timedelta(hours=2)
COOL_DOWN = Limit("test.fast", hits=1, per=timedelta(seconds=30))


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(START + FAST, tick=False) as clock:
        yield clock


@pytest.mark.parametrize("check", [hit, refuse_if_full])
def test_a_window_that_a_fast_clock_opened_is_over(clock, settings, check):
    settings.AVA_RATE_LIMITS = True
    hit(COOL_DOWN, "a")
    clock.move_to(START)
    check(COOL_DOWN, "a")


def test_after_it_a_window_is_as_long_as_usual(clock, settings):
    settings.AVA_RATE_LIMITS = True
    hit(COOL_DOWN, "a")
    clock.move_to(START)
    hit(COOL_DOWN, "a")
    with pytest.raises(LimitedError) as refused:
        hit(COOL_DOWN, "a")
    assert refused.value.retry_after == 30


def test_a_small_difference_between_two_machines_opens_no_new_window(clock, settings):
    """Otherwise two machines, asked in turn, would accept more than the limit."""
    settings.AVA_RATE_LIMITS = True
    hit(COOL_DOWN, "a")
    clock.shift(-1)
    with pytest.raises(LimitedError) as refused:
        hit(COOL_DOWN, "a")
    assert refused.value.retry_after == 30
    assert RateCounter.objects.get().hits == 2


def test_periodic_tasks_run_in_slots_that_the_fast_clock_used_up(clock, monkeypatch):
    entries = {"note": schedule.Periodic(tasks.note, timedelta(hours=1))}
    monkeypatch.setattr(schedule, "_schedule", entries)
    assert schedule.tick() == ["note"]
    clock.move_to(START)
    assert schedule.tick() == ["note"]
    clock.move_to(START + FAST)
    assert schedule.tick() == ["note"]


def test_a_retry_that_the_fast_clock_delayed_runs_now(clock, run_tasks):
    tasks.fail.enqueue()
    run_tasks(failures=True)
    clock.move_to(START)
    workers.reap()
    run_tasks(failures=True)
    assert len(DBTaskResult.objects.get().worker_ids) == 2


def test_a_task_that_waits_for_its_time_is_left_alone(clock):
    due = START + FAST + timedelta(minutes=30)
    tasks.note.using(run_after=due).enqueue("hello")
    workers.reap()
    assert DBTaskResult.objects.get().run_after == due


def test_a_worker_that_died_under_the_fast_clock_is_dead(clock):
    tasks.note.enqueue("hello")
    DBTaskResult.objects.get().claim("worker-1")
    workers.beat("worker-1")
    clock.move_to(START)
    assert workers.reap() == 1
    assert DBTaskResult.objects.get().status == TaskResultStatus.READY


def test_a_worker_that_lives_on_keeps_its_task(clock):
    tasks.note.enqueue("hello")
    DBTaskResult.objects.get().claim("worker-1")
    workers.beat("worker-1")
    clock.move_to(START)
    workers.beat("worker-1")
    assert workers.reap() == 0

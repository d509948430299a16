import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connections
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.models import PeriodicRun, WorkerBeat
from core.queue import retry, schedule, workers
from core.tests import tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_done():
    tasks.done.clear()


def only_row():
    return DBTaskResult.objects.get()


def test_task_runs_once(run_tasks):
    tasks.note.enqueue("hello")
    run_tasks()
    run_tasks()
    assert tasks.done == ["hello"]
    assert only_row().status == TaskResultStatus.SUCCESSFUL


def test_failed_task_waits_and_stays_one_row(run_tasks):
    tasks.fail.enqueue()
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        run_tasks(failures=True)
    row = only_row()
    assert row.status == TaskResultStatus.READY
    assert row.run_after == start + timedelta(seconds=5)
    with time_machine.travel(start + timedelta(seconds=4)):
        run_tasks(failures=True)
    assert len(only_row().worker_ids) == 1
    with time_machine.travel(start + timedelta(seconds=6)):
        run_tasks(failures=True)
    assert len(only_row().worker_ids) == 2


def test_waiting_doubles_up_to_an_hour():
    waits = [retry.backoff(attempts).total_seconds() for attempts in range(1, 12)]
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == 3600
    assert waits == sorted(waits)


@pytest.mark.variants
@pytest.mark.parametrize(
    ("asked", "waited"),
    [(90, 90), (1.5, 5), (3, 5), (0, 5), (-60, 5), (7200, 3600), ("90", 5)],
    ids=str,
)
def test_task_that_was_told_to_wait_waits_that_long(run_tasks, asked, waited):
    tasks.be_told_to_wait.enqueue(asked)
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        run_tasks(failures=True)
    row = only_row()
    assert (row.status, row.run_after) == (TaskResultStatus.READY, start + timedelta(seconds=waited))
    with time_machine.travel(start + timedelta(seconds=waited - 1), tick=False):
        run_tasks(failures=True)
    assert len(only_row().worker_ids) == 1
    with time_machine.travel(start + timedelta(seconds=waited + 1), tick=False):
        run_tasks(failures=True)
    assert len(only_row().worker_ids) == 2


def test_wait_that_was_asked_for_never_shortens_the_queues_own(run_tasks):
    tasks.be_told_to_wait.enqueue(8)
    start = timezone.now()
    for minute in range(3):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            run_tasks(failures=True)
    assert only_row().run_after == start + timedelta(minutes=2, seconds=20)


def run_out(run_tasks):
    """Fail as often as a task may."""
    tasks.fail.enqueue()
    for day in range(retry.MAX_ATTEMPTS + 3):
        with time_machine.travel(timezone.now() + timedelta(days=day)):
            run_tasks(failures=True)


def test_task_gives_up_after_its_attempts(run_tasks):
    run_out(run_tasks)
    row = only_row()
    assert row.status == TaskResultStatus.FAILED
    assert len(row.worker_ids) == retry.MAX_ATTEMPTS
    assert "ValueError" in row.traceback


def test_traceback_is_kept_without_secrets(run_tasks):
    tasks.fail.enqueue()
    run_tasks(failures=True)
    assert "token=[redacted]" in only_row().traceback
    assert "token=abc" not in only_row().traceback


def test_task_that_no_retry_helps_fails_at_once(run_tasks):
    tasks.give_up.enqueue()
    run_tasks(failures=True)
    row = only_row()
    assert (row.status, len(row.worker_ids)) == (TaskResultStatus.FAILED, 1)


def test_success_after_a_failure_leaves_a_clean_row(run_tasks, monkeypatch):
    tasks.note.enqueue("hello")
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "done", None)
        run_tasks(failures=True)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        run_tasks(failures=True)
    row = only_row()
    assert (row.status, row.traceback, tasks.done) == (TaskResultStatus.SUCCESSFUL, "", ["hello"])


def test_dead_task_is_seen_by_staff_and_starts_over(run_tasks, staff, as_user):
    run_out(run_tasks)
    client = as_user(staff)
    response = client.get("/admin/django_tasks_database/dbtaskresult/?status__exact=FAILED")
    assert response.status_code == 200, response.headers
    assert "ValueError" in response.content.decode()
    chosen = {"action": "try_again", "_selected_action": str(only_row().id)}
    client.post("/admin/django_tasks_database/dbtaskresult/", chosen)
    row = only_row()
    assert (row.status, row.worker_ids) == (TaskResultStatus.READY, [])
    run_tasks(failures=True)
    assert len(only_row().worker_ids) == 1


def test_trying_again_leaves_what_did_not_fail(run_tasks, staff, as_user):
    tasks.note.enqueue("hello")
    run_tasks()
    chosen = {"action": "try_again", "_selected_action": str(only_row().id)}
    as_user(staff).post("/admin/django_tasks_database/dbtaskresult/", chosen)
    assert only_row().status == TaskResultStatus.SUCCESSFUL


# A worker dies.


@pytest.fixture
def running():
    """A task that a worker took a minute ago."""
    tasks.note.enqueue("hello")
    row = only_row()
    row.claim("worker-1")
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(minutes=1))
    return only_row()


def beat(worker_id: str, seconds_ago: float) -> None:
    WorkerBeat.objects.create(worker_id=worker_id, at=timezone.now() - timedelta(seconds=seconds_ago))


def test_task_of_a_dead_worker_goes_to_the_living(running, run_tasks):
    beat("worker-1", 60)
    assert workers.reap() == 1
    run_tasks(failures=True)
    assert tasks.done == ["hello"]
    assert only_row().worker_ids == ["worker-1", "in-process"]


def test_worker_that_never_beat_is_dead(running):
    assert workers.reap() == 1


def test_long_task_of_a_living_worker_is_left_alone(running):
    beat("worker-1", 1)
    assert workers.reap() == 0
    assert only_row().status == TaskResultStatus.RUNNING


def test_task_that_just_began_is_left_alone(running):
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(seconds=1))
    assert workers.reap() == 0


def test_task_that_kills_its_workers_gives_up_and_is_told_as_an_error(running, caplog):
    DBTaskResult.objects.update(worker_ids=[f"worker-{number}" for number in range(retry.MAX_ATTEMPTS)])
    assert workers.reap() == 1
    row = only_row()
    assert row.status == TaskResultStatus.FAILED
    assert "died" in row.traceback
    assert [(told.levelname, "gave up" in told.message) for told in caplog.records] == [("ERROR", True)]


def test_reaping_twice_gives_back_once(running):
    assert [workers.reap(), workers.reap()] == [1, 0]


def test_beat_is_renewed_and_old_ones_are_forgotten():
    beat("long gone", 2 * 24 * 3600)
    workers.beat("worker-1")
    workers.beat("worker-1")
    workers.reap()
    assert [row.worker_id for row in WorkerBeat.objects.all()] == ["worker-1"]


# What waits too long is told.


def test_queue_without_work_has_no_problem():
    assert workers.queue_problems() == []


def test_task_that_no_worker_takes_is_a_problem():
    tasks.note.enqueue("hello")
    assert workers.queue_problems() == []
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=6))
    assert workers.queue_problems() == ["tasks wait for a worker"]


def test_task_that_waits_for_its_time_is_no_problem():
    tasks.note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("hello")
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=6))
    assert workers.queue_problems() == []


# The schedule.


@pytest.fixture
def hourly(monkeypatch):
    entries = {"note": schedule.Periodic(tasks.note, timedelta(hours=1))}
    monkeypatch.setattr(schedule, "_schedule", entries)


NOON = datetime(2026, 3, 1, 12, 20, tzinfo=UTC)


def test_periodic_task_is_enqueued_once_a_slot(hourly):
    assert schedule.tick(NOON) == ["note"]
    assert schedule.tick(NOON + timedelta(minutes=30)) == []
    assert schedule.tick(NOON + timedelta(minutes=40)) == ["note"]
    assert DBTaskResult.objects.count() == 2


def test_slots_of_last_week_are_forgotten(hourly):
    schedule.tick(NOON)
    schedule.tick(NOON + timedelta(days=8))
    assert PeriodicRun.objects.count() == 1


def test_rooms_put_their_tasks_on_the_schedule():
    assert "accounts.cleanup.clean_up" in schedule._schedule


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_workers_that_arrive_together_enqueue_once(hourly):
    for hour in range(5):
        gate = threading.Barrier(8)
        started: list[str] = []

        def arrive(gate=gate, started=started, hour=hour):
            try:
                gate.wait(timeout=20)
                started.extend(schedule.tick(NOON + timedelta(hours=hour)))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=arrive) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert started == ["note"]
        assert DBTaskResult.objects.count() == PeriodicRun.objects.count() == hour + 1

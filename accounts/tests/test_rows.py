"""Rows by plain SQL: the same rows as by the ORM, on either database."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.login import rows
from core.models import AuditEvent, RateCounter, WorkerBeat

pytestmark = pytest.mark.django_db


def columns(row) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def event(**fields) -> AuditEvent:
    return AuditEvent(action="test.happened", ip="2001:db8::1", data={"mot": ["été", 1, None]}, **fields)


def test_an_inserted_row_is_the_one_that_was_given():
    row = rows.insert(event(actor_id=uuid.uuid4(), actor_label='say "%s"'))
    assert not row._state.adding
    assert columns(AuditEvent.objects.get()) == columns(row)


def test_a_fetched_row_is_the_one_that_the_orm_reads():
    rows.insert(event(actor_id=uuid.uuid4()))
    expected = AuditEvent.objects.get()
    found = rows.fetch(AuditEvent, "id = %(id)s AND at <= %(now)s", id=expected.pk, now=timezone.now())
    assert found is not None
    assert columns(found) == columns(expected)
    assert not found._state.adding


def test_what_is_not_there_is_none():
    assert rows.fetch(AuditEvent, "id = %(id)s", id=uuid.uuid4()) is None


def test_a_second_row_of_one_key_is_refused():
    rows.insert(RateCounter(key="a", hits=1, resets_at=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(RateCounter(key="a", hits=2, resets_at=2))
    assert RateCounter.objects.get().hits == 1


def test_rows_inserted_together_are_written_at_the_end():
    with CaptureQueriesContext(connection) as queries, rows.together():
        rows.insert(event())
        beat = rows.insert(WorkerBeat(worker_id="one", at=timezone.now()))
        assert len(queries) == 0
    assert len(queries) == (1 if connection.vendor == "postgresql" else 2)
    assert not beat._state.adding
    assert (AuditEvent.objects.count(), WorkerBeat.objects.get().at) == (1, beat.at)


def test_a_failure_among_rows_that_belong_together_writes_none():
    def fail() -> None:
        with rows.together():
            rows.insert(event())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    rows.insert(WorkerBeat(worker_id="one", at=timezone.now()))
    assert (AuditEvent.objects.count(), WorkerBeat.objects.count()) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_a_row_that_the_database_refuses_leaves_none_of_those_it_belongs_with():
    def write() -> None:
        with transaction.atomic(), rows.together():
            rows.insert(WorkerBeat(worker_id="one", at=timezone.now()))
            rows.insert(WorkerBeat(worker_id="one", at=timezone.now()))
            rows.insert(event())

    with pytest.raises(IntegrityError):
        write()
    assert (AuditEvent.objects.count(), WorkerBeat.objects.count()) == (0, 0)


def test_nothing_together_is_nothing():
    with CaptureQueriesContext(connection) as queries, rows.together():
        pass
    assert len(queries) == 0


def test_rows_that_stand_side_by_side_are_told_apart():
    first = rows.insert(event(actor_id=uuid.uuid4()))
    names = ", ".join(rows.columns(model, table) for model, table in [(AuditEvent, "a"), (WorkerBeat, "b")])
    joined = f"SELECT {names}, 7 FROM core_auditevent a LEFT JOIN core_workerbeat b ON b.worker_id = 'one'"
    (found,) = rows.query(joined)
    there, missing = rows.rows_of(found, AuditEvent, WorkerBeat)
    assert (columns(there), missing, found[-1]) == (columns(first), None, 7)
    beat = rows.insert(WorkerBeat(worker_id="one", at=timezone.now()))
    _event, there = rows.rows_of(rows.query(joined)[0], AuditEvent, WorkerBeat)
    assert columns(there) == columns(beat)

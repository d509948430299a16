"""Rows by plain SQL: the same rows as by the ORM, on either database."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import rows
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
    assert len(queries) == 2
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
    """PostgreSQL tells of it only once all were sent."""

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


def test_statements_in_turn_see_what_those_before_them_did():
    with CaptureQueriesContext(connection) as queries:
        made, found = rows.query_in_turn(
            "INSERT INTO core_ratecounter (key, hits, resets_at) VALUES (%(key)s, 1, 2) RETURNING hits",
            "SELECT key, resets_at FROM core_ratecounter WHERE key = %(key)s",
            key="a; b",
        )
    assert (made, found) == ([(1,)], [("a; b", 2)])
    assert len(queries) == 2


@pytest.mark.django_db(transaction=True)
def test_a_statement_in_turn_that_fails_takes_those_before_it_back():
    def ask() -> None:
        with transaction.atomic():
            rows.query_in_turn(
                "INSERT INTO core_ratecounter (key, hits, resets_at) VALUES (%(key)s, 1, 2) RETURNING hits",
                "INSERT INTO core_ratecounter (key, hits, resets_at) VALUES (%(key)s, 1, 2) RETURNING hits",
                "SELECT key FROM core_ratecounter WHERE key = %(key)s",
                key="a",
            )

    with pytest.raises(IntegrityError):
        ask()
    assert not RateCounter.objects.exists()

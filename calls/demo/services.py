"""Writes invented calls."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import AutoField, JSONField, Model
from psycopg.types.json import Jsonb

from calls.demo.generator import Batch, Inventor
from calls.statistics.services import rebuild
from connections.models import TwilioConnection
from organizations.models import Organization

BATCH = 1000  # calls in a transaction


def add_demo_calls(organization: Organization, *, count: int, days: int, seed: int) -> int:
    """Add `count` invented calls of the last `days`; return how many rows were written.

    Repeating it adds others of the same kind.
    """
    twilio = TwilioConnection.objects.filter(organization=organization).first()
    number = str(twilio.phone_number) if twilio else ""
    inventor = Inventor(organization, days=days, seed=seed, our_number=number)
    written = sum(_write(batch) for batch in inventor.batches(count, BATCH))
    rebuild(organization.pk)
    return written


def _write(batch: Batch) -> int:
    with transaction.atomic():
        tables = (batch.calls, batch.turns, batch.parts, batch.summaries, batch.totals)
        return sum(_insert(rows) for rows in tables)


def _insert(rows: Sequence[Model]) -> int:
    """Insert rows of one model; return how many. PostgreSQL copies them: to compose INSERTs takes longer."""
    if not rows:
        return 0
    model = type(rows[0])
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(rows)
        return len(rows)
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    names = [field.attname for field in fields]
    lists = [place for place, field in enumerate(fields) if isinstance(field, JSONField)]
    read = attrgetter(*names)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({', '.join(names)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(_with_json(read(row), lists) if lists else read(row))
    return len(rows)


def _with_json(values: tuple[Any, ...], places: list[int]) -> list[Any]:
    """The values of a row, with JSON at these places: COPY takes a list for an array."""
    return [Jsonb(value) if place in places else value for place, value in enumerate(values)]

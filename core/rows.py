"""Rows written and read by plain SQL, for the few statements that every sign-in runs.

Writing a statement costs the ORM several times what running it costs, and these never change. What runs less often is
worth a queryset.
"""

import uuid
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

Row = TypeVar("Row", bound=Model)


def insert(row: Row) -> Row:
    """What `row.save(force_insert=True)` does, in SQL that is written once a model, and without signals."""
    sql, fields = _insertion(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    row._state.adding, row._state.db = False, connection.alias
    return row


@cache
def _insertion(model: type[Model]) -> tuple[str, list["Field[Any, Any]"]]:
    fields = list(model._meta.concrete_fields)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({values})", fields  # noqa: S608 - no value


def execute(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """Run one statement with its `%(name)s` filled in; the rows that it returns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, {name: _as_column(value) for name, value in values.items()})
        return cursor.fetchall()


def _as_column(value: Any) -> Any:
    """SQLite has no type for an identifier or a moment: Django writes them as text, and so must we."""
    if isinstance(value, uuid.UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value

"""Rows written and read by plain SQL, for the few statements that every sign-in runs.

Writing a statement costs the ORM several times what running it costs, and these never change. What runs less often is
worth a queryset.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model

Row = TypeVar("Row", bound=Model)

_waiting: ContextVar[list[Model] | None] = ContextVar("rows to be written together", default=None)


def execute(sql: str, **values: Any) -> None:
    """Run one statement with its `%(name)s` filled in."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, _adapted(values))


def query(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """The same for a statement that returns rows."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, _adapted(values))
        return list(cursor.fetchall())


def _adapted(values: dict[str, Any]) -> dict[str, Any]:
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor == "postgresql":
        return values
    # SQLite has no type for an identifier or a moment: Django writes them as text, and so must we.
    for name, value in values.items():
        if isinstance(value, uuid.UUID):
            values[name] = value.hex
        elif isinstance(value, datetime):
            values[name] = database.ops.adapt_datetimefield_value(value)
    return values


def insert(row: Row) -> Row:
    """What `row.save(force_insert=True)` does, in SQL that is written once a model, and without signals."""
    waiting = _waiting.get()
    if waiting is None:
        _write([row])
    else:
        waiting.append(row)
    return row


@contextmanager
def together() -> Iterator[None]:
    """Rows that are inserted inside are written when it ends: by one statement, where the database can."""
    waiting: list[Model] = []
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    if waiting and connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
        _write(waiting)
    else:
        for row in waiting:
            _write([row])


def _write(rows: Sequence[Model]) -> None:
    database = connections[DEFAULT_DB_ALIAS]
    values = [
        field.get_db_prep_save(field.pre_save(row, True), database)
        for row in rows
        for field in _fields(type(row))
    ]
    with database.cursor() as cursor:
        cursor.execute(_insertion(*map(type, rows)), values)
    for row in rows:
        row._state.adding, row._state.db = False, database.alias


def fetch(model: type[Row], condition: str, **values: Any) -> Row | None:
    """The one row that meets `condition` (what stands behind WHERE); None where there is none."""
    found = query(selection(model, condition), **values)
    return _row_of(model, list(found[0])) if found else None


def rows_of(found: Sequence[Any], *models: type[Model]) -> list[Any]:
    """The rows whose `columns` stand side by side in what a statement found; None for what an outer join left empty."""
    rows: list[Any] = []
    for model in models:
        width = len(_fields(model))
        rows.append(_row_of(model, list(found[:width])))
        found = found[width:]
    return rows


def _row_of(model: type[Row], values: list[Any]) -> Row | None:
    if values[_fields(model).index(model._meta.pk)] is None:
        return None
    for place, convert, column in _conversions(model):
        values[place] = convert(values[place], column, connections[DEFAULT_DB_ALIAS])
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in _fields(model)], values)


@cache
def _fields(model: type[Model]) -> list["Field[Any, Any]"]:
    return list(model._meta.concrete_fields)


def columns(model: type[Model], table: str) -> str:
    """All columns of a row, as a statement names them that calls its table so."""
    return ", ".join(f'{table}."{field.column}"' for field in _fields(model))


@cache
def _insertion(*models: type[Model]) -> str:
    """One statement that inserts a row of each."""
    *others, last = [_insertion_of(model) for model in models]
    chain = ", ".join(f"row_{place} AS ({insertion})" for place, insertion in enumerate(others))
    return f"WITH {chain} {last}" if others else last


def _insertion_of(model: type[Model]) -> str:
    names = ", ".join(f'"{field.column}"' for field in _fields(model))
    values = ", ".join(["%s"] * len(_fields(model)))
    return f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({values})"  # noqa: S608 - only names


@cache
def selection(model: type[Model], condition: str) -> str:
    """The statement by which `fetch` finds a row."""
    table = model._meta.db_table
    return f"SELECT {columns(model, table)} FROM {table} WHERE {condition}"  # noqa: S608 - only names


@cache
def _conversions(model: type[Model]) -> list[tuple[int, Any, Any]]:
    """What the database cannot give as Python has it, by the place of its column: on SQLite, moments for example."""
    database = connections[DEFAULT_DB_ALIAS]
    places = [(place, field.get_col(model._meta.db_table)) for place, field in enumerate(_fields(model))]
    return [
        (place, convert, column)
        for place, column in places
        for convert in database.ops.get_db_converters(column) + column.get_db_converters(database)
    ]

"""Rows written and read by plain SQL, for the few statements that every sign-in runs.

Writing a statement costs the ORM several times what running it costs, and these never change. What runs less often is
worth a queryset.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
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


def query_in_turn(*statements: str, **values: Any) -> list[list[tuple[Any, ...]]]:
    """What each of several such statements returns: PostgreSQL is given them in one trip, and runs them in turn."""
    database, adapted = connections[DEFAULT_DB_ALIAS], _adapted(values)
    with ExitStack() as cursors:
        asked = [cursors.enter_context(database.cursor()) for _ in statements]
        with _one_trip():
            for cursor, statement in zip(asked, statements, strict=True):
                cursor.execute(statement, adapted)
        return [list(cursor.fetchall()) for cursor in asked]


@contextmanager
def _one_trip() -> Iterator[None]:
    """Inside, PostgreSQL is sent statements without waiting for their answers, which have come when it ends.

    Only for the statements of this module: until the end nobody knows how many rows one changed, and what is wrong
    with it is raised then.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql":
        yield
        return
    database.ensure_connection()
    with database.wrap_database_errors, database.connection.pipeline():
        yield


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
    """Rows that are inserted inside are written when it ends, all or none, in one trip where the database can."""
    waiting: list[Model] = []
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    _write(waiting)


def _write(rows: Sequence[Model]) -> None:
    database = connections[DEFAULT_DB_ALIAS]
    with ExitStack() as stack:
        if len(rows) > 1:
            stack.enter_context(_one_trip())
        cursor = stack.enter_context(database.cursor())
        for row in rows:
            fields = _fields(type(row))
            values = [field.get_db_prep_save(field.pre_save(row, True), database) for field in fields]
            cursor.execute(_insertion(type(row)), values)
    for row in rows:
        row._state.adding, row._state.db = False, database.alias


def fetch(model: type[Row], condition: str, **values: Any) -> Row | None:
    """The one row that meets `condition` (what stands behind WHERE); None where there is none."""
    return row_of(model, query(selection(model, condition), **values))


def row_of(model: type[Row], found: list[tuple[Any, ...]]) -> Row | None:
    """The row that a `selection` of at most one found."""
    if not found:
        return None
    columns = list(found[0])
    for place, convert, column in _conversions(model):
        columns[place] = convert(columns[place], column, connections[DEFAULT_DB_ALIAS])
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in _fields(model)], columns)


@cache
def _fields(model: type[Model]) -> list["Field[Any, Any]"]:
    return list(model._meta.concrete_fields)


def _columns(model: type[Model]) -> str:
    return ", ".join(f'"{field.column}"' for field in _fields(model))


@cache
def _insertion(model: type[Model]) -> str:
    values = ", ".join(["%s"] * len(_fields(model)))
    return f"INSERT INTO {model._meta.db_table} ({_columns(model)}) VALUES ({values})"  # noqa: S608 - only names


@cache
def selection(model: type[Model], condition: str) -> str:
    """The statement by which `fetch` finds a row."""
    return f"SELECT {_columns(model)} FROM {model._meta.db_table} WHERE {condition}"  # noqa: S608 - only names


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

"""The test databases: made cheap to write to, and cheap to empty after a test that commits."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import TransactionTestCase

RACERS = 40  # connections that the tests with many threads need at once
# What `migrate` itself writes: the same rows in each test.
KEPT_TABLES = {"django_content_type", "auth_permission"}
DATABASE_FIXTURES = {"db", "transactional_db", "transactional_or_not", "live_server", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """An option for the second database, on which tests without one would prove nothing new."""
    parser.addoption("--database-only", action="store_true", help="leave out the tests that use no database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("database_only"):
        without = [item for item in items if not uses_database(item)]
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if uses_database(item)]


def uses_database(item: pytest.Item) -> bool:
    """Whether a test reaches the database: pytest-django lets no other test touch it."""
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not DATABASE_FIXTURES.isdisjoint(fixtures)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory) -> None:
    """A database file for each run, so that two runs in one checkout do not share one; a pool for the races.

    A test database need not survive a crash: no commit waits for the disk.
    """
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        database["OPTIONS"]["timeout"] = 60  # SQLite lets dozens of threads in one by one, and in no order
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
    else:
        database["OPTIONS"]["pool"] |= {"max_size": RACERS, "timeout": 60}
        given = database["OPTIONS"].get("options", "")
        database["OPTIONS"]["options"] = f"{given} -c synchronous_commit=off".strip()


@pytest.fixture(autouse=True, scope="session")
def _only_rows_deleted(django_test_environment: None) -> None:
    """After a test that commits, delete the rows there are.

    Django's own way truncates each table, which makes PostgreSQL replace two hundred files, and then does again what
    follows a migration: together a second or two, where the rows take milliseconds.
    """
    TransactionTestCase._fixture_teardown = lambda _: delete_rows()


def delete_rows() -> None:
    """Empty the tables that have rows, in any order: foreign keys are checked at the commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(filled_tables_query())
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


@cache
def filled_tables_query() -> str:
    """SQL that names the tables with rows."""
    models = apps.get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.managed} - KEPT_TABLES
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"
        for table in sorted(tables)
    )


@pytest.fixture(scope="module")
def module_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[], Any]]:
    """Rows for all tests of a module: what its fixtures write inside `with module_database():` is there in each test.

    One transaction holds them and is rolled back after the module's last test; each test runs in a savepoint of it. Not
    for a module with tests that commit.
    """
    around = transaction.atomic()
    around._from_testcase = True  # as Django marks its own: code under test ignores it
    with django_db_blocker.unblock():
        around.__enter__()
    yield django_db_blocker.unblock
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)

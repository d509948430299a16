"""How PostgreSQL reads the tables of calls: by which indexes, or whole."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

WHOLE = "whole "  # before the name of a table that is read from its first row to its last


def run_and_explain(work: Callable[[], object]) -> tuple[int, list[str]]:
    """Run `work`: how many queries it makes, and what they read of the calls."""
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries), read_by(query["sql"] for query in queries.captured_queries)


def read_by(statements: Iterable[str]) -> list[str]:
    """The indexes by which the statements read calls, and the tables of calls that they read whole."""
    found: set[str] = set()
    for sql in statements:
        if '"calls_' in sql and sql.startswith("SELECT"):
            found |= set(_scans(_explain(sql)))
    return sorted(found)


def _explain(sql: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}".replace("%", "%%"), [])
        plan: dict[str, Any] = cursor.fetchone()[0][0]["Plan"]
    return plan


def _scans(node: dict[str, Any]) -> Iterator[str]:
    if "Index Name" in node:
        yield node["Index Name"]
    elif node["Node Type"] == "Seq Scan" and node["Relation Name"].startswith("calls_"):
        yield WHOLE + node["Relation Name"]
    for inner in node.get("Plans", ()):
        yield from _scans(inner)

"""Compares pages in an organisation with little and in one with much: a management command asks, this reports."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from benchmarks.report import REPORT
from benchmarks.stage import ROOT, set_up

RATIO, QUERIES = 1.3, 12


def read_options(description: str | None, rows: str, count: int, rounds: int) -> argparse.Namespace:
    """The arguments of the benchmark: as many `rows` as `count` unless told, the rounds, and whether to write."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(f"--{rows}", dest="count", type=int, default=count, help="of the large organisation")
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--write", action="store_true", help=f"keep the table in {REPORT.relative_to(ROOT)}")
    return parser.parse_args()


def run_command(name: str, count: int, rounds: int) -> dict[str, Any]:
    """What the management command prints as JSON, and the machine's `load` when it began."""
    load = os.getloadavg()[0]
    with set_up(users=10) as stage:
        command = [sys.executable, "manage.py", name, str(count), str(rounds)]
        done = subprocess.run(command, cwd=ROOT, env=stage.environ, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found | {"load": load}


def page_table(found: dict[str, Any], few: str, about: str, ratio: float = RATIO) -> list[str]:
    """The lines of the report, as Markdown that also reads well in a terminal.

    `few` names the small organisation; `ratio` is the most by which the other may be slower.
    """
    return [
        f"{datetime.now(UTC):%Y-%m-%d}; the machine's load when it began: {found['load']:.1f}"
        f" on {os.cpu_count()} cores; {about}",
        "",
        f"| page | {few}: p50 | p99 | many: p50 | p99 | ratio of p50 | target | queries | target |",
        "|---|---|---|---|---|---|---|---|---|",
        *_rows(found["pages"], ratio),
    ]


def _rows(pages: dict[str, Any], ratio: float) -> Iterable[str]:
    for name, page in pages.items():
        few, many = page["few"], page["many"]
        yield (
            f"| {name} | {few['p50']:.0f} ms | {few['p99']:.0f} ms | {many['p50']:.0f} ms | {many['p99']:.0f} ms"
            f" | {many['p50'] / few['p50']:.2f} | ≤ {ratio} | {page['queries']} | ≤ {QUERIES} |"
        )

"""How the dashboard does in an organisation with a thousand calls, and in one with many.

The two are asked for in turns, in one process, so that other work of the machine affects both alike.
"""

import argparse
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

from benchmarks.report import REPORT, write
from benchmarks.stage import ROOT, set_up

RATIO, QUERIES = 1.3, 12


def main() -> None:
    """Measure, print, and with --write keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000, help="of the large organisation")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--write", action="store_true", help=f"keep the table in {REPORT.relative_to(ROOT)}")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with set_up(users=10) as stage:
        command = [sys.executable, "manage.py", "measure_dashboard", str(options.calls), str(options.rounds)]
        done = subprocess.run(command, cwd=ROOT, env=stage.environ, stdout=subprocess.PIPE, check=True)
    text = table(json.loads(done.stdout.splitlines()[-1]), load)
    print(text)
    if options.write:
        write(text, "dashboard")


def table(found: dict[str, Any], load: float) -> str:
    """The report, as Markdown that also reads well in a terminal."""
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}; the machine's load when it began: {load:.1f} on {os.cpu_count()} cores;"
        f" {found['calls']:,} calls, counted anew in {found['rebuilt_in']:.1f} s",
        "",
        "| page | 1,000 calls: p50 | p99 | many: p50 | p99 | ratio of p50 | target | queries | target |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, page in found["pages"].items():
        few, many = page["few"], page["many"]
        lines.append(
            f"| {name} | {few['p50']:.0f} ms | {few['p99']:.0f} ms | {many['p50']:.0f} ms | {many['p99']:.0f} ms"
            f" | {many['p50'] / few['p50']:.2f} | ≤ {RATIO} | {page['queries']} | ≤ {QUERIES} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()

"""How the pages of calls and their file do with a thousand calls, and with many, in one organisation.

The pages are asked for in turns, in one process, so that other work of the machine affects both alike.
"""

import argparse
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

from benchmarks.plans import WHOLE
from benchmarks.report import REPORT, write
from benchmarks.stage import ROOT, set_up

RATIO, QUERIES, ROWS_A_SECOND, FIRST_BYTE, EXTRA_MB = 1.5, 12, 20_000, 1.0, 60


def main() -> None:
    """Measure, print, and with --write keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000, help="of the large organisation")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--write", action="store_true", help=f"keep the table in {REPORT.relative_to(ROOT)}")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with set_up(users=10) as stage:
        command = [sys.executable, "manage.py", "measure_calls", str(options.calls), str(options.rounds)]
        done = subprocess.run(command, cwd=ROOT, env=stage.environ, stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    text = table(found, load)
    print(text)
    if options.write:
        write(text, "calls")
    if WHOLE in text:
        raise SystemExit("A table of calls is read whole.")


def table(found: dict[str, Any], load: float) -> str:
    """The report, as Markdown that also reads well in a terminal."""
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}; the machine's load when it began: {load:.1f} on {os.cpu_count()} cores;"
        f" {found['calls']:,} calls, written in {found['written_in']:.0f} s"
        f" ({found['calls'] / found['written_in']:,.0f} a second)",
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
    file = found["csv"]
    return "\n".join(
        [
            *lines,
            "",
            "| the file of all calls | found | target |",
            "|---|---|---|",
            f"| first byte | {file['first_byte']:.2f} s | < {FIRST_BYTE:.0f} s |",
            f"| rows a second | {file['rows_a_second']:,.0f} | ≥ {ROWS_A_SECOND:,} |",
            f"| memory added | {file['extra_mb']:.0f} MB | < {EXTRA_MB} MB |",
            "",
            "| among many calls | read by |",
            "|---|---|",
            *(f"| {name} | {', '.join(page['scans'])} |" for name, page in found["pages"].items()),
            f"| the file | {', '.join(file['scans'])} |",
        ]
    )


if __name__ == "__main__":
    main()

"""How long the daily summaries of many people take: to be queued, and to be made and sent by one process.

A local mail server accepts every mail.
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

SECONDS = 30  # for a thousand


def main() -> None:
    """Measure, print, and with --write keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--write", action="store_true", help=f"keep the table in {REPORT.relative_to(ROOT)}")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with set_up(users=10) as stage:
        command = [sys.executable, "manage.py", "measure_digests", str(options.people)]
        done = subprocess.run(command, cwd=ROOT, env=stage.environ, stdout=subprocess.PIPE, check=True)
    text = table(json.loads(done.stdout.splitlines()[-1]), load)
    print(text)
    if options.write:
        write(text, "digests")


def table(found: dict[str, Any], load: float) -> str:
    """The report, as Markdown that also reads well in a terminal."""
    queue, make = found["queue"], found["make"]
    return "\n".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d}; the machine's load when it began: {load:.1f} on {os.cpu_count()} cores",
            "",
            "| summaries | queued in | made and sent in | together | target for 1,000 | queries each | processor |",
            "|---|---|---|---|---|---|---|",
            f"| {found['people']:,} | {queue:.1f} s | {make:.1f} s | {queue + make:.1f} s | ≤ {SECONDS} s"
            f" | {found['queries']} | {found['processor']:.1f} ms |",
        ]
    )


if __name__ == "__main__":
    main()

"""Run what depends on chance many times over, and write what was run to docs/proofs.md."""

import argparse
import os
import re
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "proofs.md"
HEAD = """# Proofs

`bin/prove` runs on demand what takes longer than `.ci/run` may, and writes this page. A seed that fails is repeated
with `--seed`.

"""


@dataclass
class Run:
    """One call of pytest and how it ended."""

    what: str
    database: str
    arguments: list[str]
    counts: str = ""
    seconds: float = 0
    status: int = 0

    def start(self, environ: dict[str, str]) -> None:
        """Run it, show its output and keep its summary."""
        began, last = time.monotonic(), ""
        command = [sys.executable, "-m", "pytest", "-q", "--dist", "loadgroup", *self.arguments]
        with subprocess.Popen(command, cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE) as process:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                last = line if " in " in line else last
        self.seconds = time.monotonic() - began
        self.status = process.returncode
        self.counts = ", ".join(re.findall(r"\d+ (?:passed|failed|error|skipped|rerun)\w*", last)) or "none"

    @property
    def row(self) -> str:
        """Its line of the report's table."""
        command = " ".join(f'"{part}"' if " " in part else part for part in self.arguments)
        return (
            f"| {self.what} | `pytest {command}` | {self.database} | {self.counts} | {self.seconds:.0f} s |"
        )


def main() -> int:
    """Run each proof on each database; 1 where one failed."""
    options = read_options()
    runs = []
    for database, url in databases().items():
        environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        for run in proofs(options, database):
            run.start(environ | ({"DATABASE_URL": url} if url else {}))
            runs.append(run)
    REPORT.write_text(report(runs, options))
    print(f"Written: {REPORT.relative_to(ROOT)}")
    return int(any(run.status for run in runs))


def read_options() -> argparse.Namespace:
    """How much of each."""
    parser = argparse.ArgumentParser(prog="bin/prove")
    parser.add_argument("--rounds", type=int, default=50, help="how often each race is run")
    parser.add_argument("--seeds", type=int, default=100, help="random seeds of each property test")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9), help="the first of these seeds")
    parser.add_argument("--crashes", type=int, default=3, help="how often a worker is killed")
    parser.add_argument("--rows", type=int, default=200_000, help="rows of the large tables")
    return parser.parse_args()


def databases() -> dict[str, str]:
    """SQLite, and the PostgreSQL server that DATABASE_URL names."""
    url = os.environ.get("DATABASE_URL", "")
    return {"SQLite": ""} | ({"PostgreSQL": url} if url.startswith("postgres") else {})


def proofs(options: argparse.Namespace, database: str) -> list[Run]:
    """What is run on a database."""
    rounds, seeds = str(options.rounds), str(options.seeds)
    crashes, rows = str(options.crashes), str(options.rows)
    return [
        Run("races", database, ["-m", "race", "--rounds", rounds]),
        Run("property tests", database, ["-m", "hypothesis", "--seeds", seeds, "--seed", str(options.seed)]),
        Run("killed workers", database, ["-m", "crash", "--crashes", crashes]),
        Run("walks", database, ["-m", "walk and slow and not prove"]),
        Run("large tables, whole walks, killed processes", database, ["-m", "prove", "--rows", rows]),
    ]


def report(runs: list[Run], options: argparse.Namespace) -> str:
    """The page."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - whichever git made this checkout
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout.strip()
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit}, {os.cpu_count()} cores; {options.rounds} rounds of each race,",
        f"{options.seeds} seeds from {options.seed}, {options.crashes} crashes, {options.rows:,} rows.",
        "",
        "| what | command | database | result | duration |",
        "|---|---|---|---|---|",
        *(run.row for run in runs),
    ]
    verdict = "failed" if any(run.status for run in runs) else "passed"
    total = sum(run.seconds for run in runs)
    return HEAD + "\n".join([*lines, "", f"In all {total / 60:.0f} minutes: {verdict}."]) + "\n"


if __name__ == "__main__":
    sys.exit(main())

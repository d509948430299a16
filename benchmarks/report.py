"""What a benchmark measured, as a table for the terminal and for docs/performance.md."""

import os
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

from benchmarks.client import Load
from benchmarks.stage import ROOT

TARGETS = {"page": 0.25, "send": 0.07, "verify": 0.08}
CONNECTIONS = {"page": 32, "send": 16, "verify": 16}
NAMES = {"page": "sign-in page", "send": "send", "verify": "verify"}
MEMORY_MB = 200
SENDS = 200
SENDS_APART_MS = 10
REPORT = ROOT / "docs" / "performance.md"


@dataclass
class Figures:
    """The figures of one measure against one server, one of each a round."""

    speeds: list[float] = field(default_factory=list)  # requests a second
    work: list[float] = field(default_factory=list)  # milliseconds of the web's processor a request
    medians: list[float] = field(default_factory=list)  # milliseconds
    p99s: list[float] = field(default_factory=list)  # milliseconds

    def add(self, load: Load, processor_seconds: float) -> None:
        """Keep the figures of one round."""
        self.speeds.append(load.per_second)
        self.work.append(processor_seconds * 1000 / load.statuses.total())
        self.medians.append(load.percentile(0.5))
        self.p99s.append(load.percentile(0.99))

    def waits(self) -> str:
        """The waits as cells: the median round's p50 and p99, and the worst round's p99."""
        return f"{median(self.medians):.0f} ms | {median(self.p99s):.0f} ms | {max(self.p99s):.0f} ms"


@dataclass
class Results:
    """All figures of a run."""

    load_before: float  # the machine's load average when the run began
    ours: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    empty: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    memory: dict[str, float] = field(default_factory=dict)  # MB
    known_ms: float = 0.0
    unknown_ms: float = 0.0
    queries: int = 0

    def ratio(self, name: str) -> float:
        """The median of the rounds' ratios of our speed to that of the empty view."""
        pairs = zip(self.ours[name].speeds, self.empty[name].speeds, strict=True)
        return median(mine / other for mine, other in pairs)


def table(results: Results) -> str:
    """The whole report, as Markdown that also reads well in a terminal."""
    return "\n".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d}; the machine's load when it began: {results.load_before:.1f}"
            f" on {os.cpu_count()} cores",
            "",
            *_speeds(results),
            "",
            *_waits(results),
            "",
            *_rest(results),
        ]
    )


def _speeds(results: Results) -> list[str]:
    lines = [
        "| measure | connections | requests/s | empty view | ratio | target | web's processor a request | empty view |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, target in TARGETS.items():
        ours, empty = results.ours[name], results.empty[name]
        lines.append(
            f"| {NAMES[name]} | {CONNECTIONS[name]} | {median(ours.speeds):.0f} | {median(empty.speeds):.0f}"
            f" | {results.ratio(name):.2f} | ≥ {target:.2f}"
            f" | {median(ours.work):.1f} ms | {median(empty.work):.2f} ms |"
        )
    return lines


def _waits(results: Results) -> list[str]:
    lines = [
        "| wait for an answer | p50 | p99 | p99 of the worst round | empty view: p50 | p99 | p99 of the worst round |",
        "|---|---|---|---|---|---|---|",
    ]
    return lines + [
        f"| {NAMES[name]} | {results.ours[name].waits()} | {results.empty[name].waits()} |"
        for name in TARGETS
    ]


def _rest(results: Results) -> list[str]:
    apart = abs(results.known_ms - results.unknown_ms)
    return [
        "| measure | found | target |",
        "|---|---|---|",
        f"| memory of the web, 2 workers and their master | {results.memory['PSS']:.0f} MB"
        f" (RSS {results.memory['RSS']:.0f} MB) | ≤ {MEMORY_MB} MB |",
        f"| median of {SENDS} sends to known and {SENDS} to unknown addresses, worker running |"
        f" {results.known_ms:.1f} ms and {results.unknown_ms:.1f} ms, {apart:.1f} ms apart"
        f" | ≤ {SENDS_APART_MS} ms apart |",
        f"| queries of the sign-in page | {results.queries} | ≤ 1 |",
    ]


def write(text: str, name: str) -> None:
    """Replace the table of a benchmark's last run in docs/performance.md."""
    begin, end = f"<!-- benchmarks.{name}: begin -->", f"<!-- benchmarks.{name}: end -->"
    before, _, rest = REPORT.read_text().partition(begin)
    _, _, after = rest.partition(end)
    REPORT.write_text(f"{before}{begin}\n{text}\n{end}{after}")

"""How fast Vapi's messages are taken, as a ratio to an empty Django view, and whether one worker keeps up with them.

The worker processes messages in every round, beside the empty view too, so that both share the machine with it alike.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from statistics import median

import psycopg

from benchmarks.client import Connection, load, request
from benchmarks.messages import Sender
from benchmarks.report import REPORT, Figures, write
from benchmarks.stage import HOST, ROOT, Stage, Web, set_up, worker

LONGEST_RUN = 900  # seconds
RATIO = 0.10
CONNECTIONS = 16
ORGANIZATIONS = 50  # each has its own rate limit
SENDERS = 4  # connections of the steady minute
EMPTY = request("GET", "/", host=HOST)
TABLES = "calls_call, calls_turn, calls_costpart, calls_webhookmessage, django_tasks_database_dbtaskresult"
PENDING = "SELECT count(*) FROM calls_webhookmessage WHERE processed_at IS NULL"


@dataclass
class Minute:
    """A time in which messages came at a steady rate; counts of messages, waits in milliseconds."""

    seconds: float
    received: int
    pending_before: int
    pending_after: int
    waits: list[float]

    @property
    def processed(self) -> int:
        return self.pending_before + self.received - self.pending_after

    def wait(self, share: float) -> float:
        """The milliseconds within which this share of the messages was answered."""
        return sorted(self.waits)[int(share * (len(self.waits) - 1))]


@dataclass
class Measured:
    """All figures of a run."""

    load_before: float  # the machine's load average when the run began
    minute: Minute
    drained: float  # messages a second that the worker processes while none come
    empty: Figures = field(default_factory=Figures)
    ours: Figures = field(default_factory=Figures)

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios of our speed to that of the empty view."""
        pairs = zip(self.ours.speeds, self.empty.speeds, strict=True)
        return median(mine / other for mine, other in pairs)


def main() -> None:
    """Measure, print, and with --write keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measure of a round")
    parser.add_argument("--rate", type=int, default=50, help="messages a second in the steady minute")
    parser.add_argument("--minute", type=float, default=60.0, help="seconds of the steady minute")
    parser.add_argument("--write", action="store_true", help=f"keep the table in {REPORT.relative_to(ROOT)}")
    options = parser.parse_args()
    signal.alarm(LONGEST_RUN)
    load_before = os.getloadavg()[0]
    with set_up(users=10) as stage:
        messages = Sender(connect(stage)).messages()
        with worker(stage):
            empty, ours = measure_rounds(stage, messages, options.rounds, options.seconds)
            drained = measure_drain(stage)
            minute = measure_minute(stage, messages, options.rate, options.minute)
    text = table(Measured(load_before, minute, drained, empty, ours))
    print(text)
    if options.write:
        write(text, "webhooks")


def connect(stage: Stage) -> list[str]:
    """The secrets of organisations that are connected to Vapi."""
    command = [sys.executable, "manage.py", "prepare_webhooks", str(ORGANIZATIONS)]
    done = subprocess.run(command, cwd=ROOT, env=stage.environ, stdout=subprocess.PIPE, check=True)
    return list(json.loads(done.stdout))


def measure_rounds(
    stage: Stage, messages: Iterator[bytes], rounds: int, seconds: float
) -> tuple[Figures, Figures]:
    """Messages right after the empty view, in several rounds, while the worker has messages to process."""
    empty, ours = Figures(), Figures()
    load(stage.empty.port, cycle([EMPTY]), connections=CONNECTIONS, seconds=1)
    load(stage.product.port, messages, connections=CONNECTIONS, seconds=seconds)
    vacuum(stage)
    wait_for_worker(stage)
    for _ in range(rounds):
        _measure(stage.empty, cycle([EMPTY]), empty, seconds)
        _measure(stage.product, messages, ours, seconds)
        if not count_pending(stage):
            raise RuntimeError("The worker had nothing to do in a round.")
    return empty, ours


def wait_for_worker(stage: Stage) -> None:
    """Wait until the worker processes messages. Raises TimeoutError."""
    waiting = count_pending(stage)
    for _ in range(300):
        if count_pending(stage) < waiting:
            return
        time.sleep(0.1)
    raise TimeoutError("The worker processes no messages.")


def _measure(web: Web, requests: Iterator[bytes], figures: Figures, seconds: float) -> None:
    before = web.processor_seconds()
    seen = load(web.port, requests, connections=CONNECTIONS, seconds=seconds)
    if set(seen.statuses) != {200}:
        raise RuntimeError(f"Answered {dict(seen.statuses)}.\n{web.troubles()}")
    figures.add(seen, web.processor_seconds() - before)


def measure_drain(stage: Stage, seconds: float = 10.0) -> float:
    """Messages a second that the worker processes while none come."""
    vacuum(stage)
    before, began = count_pending(stage), time.perf_counter()
    time.sleep(seconds)
    after = count_pending(stage)
    if not after:
        raise RuntimeError("The worker had processed all before the end.")
    return (before - after) / (time.perf_counter() - began)


def measure_minute(stage: Stage, messages: Iterator[bytes], rate: int, seconds: float) -> Minute:
    """Messages at a steady rate, while others still wait to be processed."""
    count = int(rate * seconds)
    shares = [list(islice(messages, count // SENDERS)) for _ in range(SENDERS)]
    before, began = count_pending(stage), time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as pool:
        port, pause = stage.product.port, SENDERS / rate
        waits = [
            wait
            for found in pool.map(lambda share: _send_paced(port, share, pause), shares)
            for wait in found
        ]
    return Minute(time.perf_counter() - began, len(waits), before, count_pending(stage), waits)


def _send_paced(port: int, messages: list[bytes], pause: float) -> list[float]:
    """Send a message every `pause` seconds; the milliseconds that each answer took since its message was due."""
    connection, due, waits = Connection(port), time.perf_counter(), []
    for message in messages:
        time.sleep(max(0.0, due - time.perf_counter()))
        if connection.ask(message).status != 200:
            raise RuntimeError("A message was refused.")
        waits.append((time.perf_counter() - due) * 1000)
        due += pause
    connection.socket.close()
    return waits


def vacuum(stage: Stage) -> None:
    """Do what autovacuum does, which may be off: without statistics, PostgreSQL sorts the queue for each task."""
    with psycopg.connect(stage.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"VACUUM ANALYZE {TABLES}")


def count_pending(stage: Stage) -> int:
    """Messages that are stored and not processed."""
    with psycopg.connect(stage.environ["DATABASE_URL"]) as connection:
        row = connection.execute(PENDING).fetchone()
    return int(row[0]) if row else 0


def table(found: Measured) -> str:
    """The report, as Markdown that also reads well in a terminal."""
    ours, empty, minute = found.ours, found.empty, found.minute
    return "\n".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d}; the machine's load when it began: {found.load_before:.1f}"
            f" on {os.cpu_count()} cores",
            "",
            "| while a worker processes | requests/s | p50 | p99 | p99 of the worst round"
            " | web's processor a request |",
            "|---|---|---|---|---|---|",
            f"| Vapi's messages | {median(ours.speeds):.0f} | {ours.waits()} | {median(ours.work):.2f} ms |",
            f"| empty view | {median(empty.speeds):.0f} | {empty.waits()} | {median(empty.work):.2f} ms |",
            "",
            "| measure | found | target |",
            "|---|---|---|",
            f"| messages as a ratio to the empty view | {found.ratio:.3f} | ≥ {RATIO:.2f} |",
            f"| one worker, while no messages come | {found.drained:.0f} a second | |",
            f"| {minute.received / minute.seconds:.0f} messages a second for {minute.seconds:.0f} s:"
            f" processed | {minute.processed:,} | ≥ {minute.received:,} received |",
            f"| their wait for an answer: p50, p99 | {minute.wait(0.5):.0f} ms, {minute.wait(0.99):.0f} ms | |",
        ]
    )


if __name__ == "__main__":
    main()

"""How fast signing in is, as a ratio to an empty Django view on the same server in the same minutes.

The product and the empty view are measured in turns, in several rounds, so that other work of the machine affects both
alike. The result is the median of the rounds' ratios.
"""

import argparse
import os
import random
import signal
import time
from collections.abc import Iterator
from itertools import cycle
from statistics import median

from benchmarks.client import load, request
from benchmarks.report import CONNECTIONS, REPORT, SENDS, Figures, Results, table, write
from benchmarks.stage import HOST, ROOT, Stage, Web, set_up, worker
from benchmarks.visitors import Visitors

LONGEST_RUN = 600  # seconds; then the run is aborted, and the processes it started are stopped
STATUSES = {"page": 200, "send": 303, "verify": 303}
EMPTY = request("GET", "/", host=HOST)


def main() -> None:
    """Measure, print, and with --write keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measure of a round")
    parser.add_argument("--write", action="store_true", help=f"keep the table in {REPORT.relative_to(ROOT)}")
    options = parser.parse_args()
    signal.alarm(LONGEST_RUN)
    signal.signal(signal.SIGALRM, _abort)
    results = Results(load_before=os.getloadavg()[0])
    users = int(options.rounds * (options.seconds + 0.2) * 500)
    with set_up(users) as stage:
        measure(stage, results, options.rounds, options.seconds)
        results.memory = stage.product.memory()
        with worker(stage):
            results.known_ms, results.unknown_ms = measure_sends(stage)
        results.queries = stage.prepared["queries"]
    print(table(results))
    if options.write:
        write(table(results), "signin")


def _abort(*_: object) -> None:
    raise TimeoutError(f"The run took longer than {LONGEST_RUN} seconds.")


def measure(stage: Stage, results: Results, rounds: int, seconds: float) -> None:
    """Take each measure right after the empty view's with as many connections, in several rounds."""
    visitors = Visitors(stage.product.port)
    supplies = {
        "page": visitors.pages(),
        "send": visitors.sends(),
        "verify": visitors.verifies(stage.prepared["links"]),
    }
    load(stage.empty.port, cycle([EMPTY]), connections=16, seconds=1)
    load(stage.product.port, supplies["page"], connections=16, seconds=1)
    for _ in range(rounds):
        for name, supply in supplies.items():
            _measure(stage.empty, cycle([EMPTY]), results.empty[name], name, 200, seconds)
            _measure(stage.product, supply, results.ours[name], name, STATUSES[name], seconds)


def _measure(
    web: Web, requests: Iterator[bytes], figures: Figures, name: str, status: int, seconds: float
) -> None:
    before = web.processor_seconds()
    seen = load(web.port, requests, connections=CONNECTIONS[name], seconds=seconds)
    if set(seen.statuses) != {status}:
        raise RuntimeError(f"{name} answered {dict(seen.statuses)}.\n{web.troubles()}")
    figures.add(seen, web.processor_seconds() - before)


def measure_sends(stage: Stage) -> tuple[float, float]:
    """The median milliseconds of a send to known and to unknown addresses, in mixed order, one at a time."""
    visitors = Visitors(stage.product.port)
    # The rounds ask for the known addresses with odd numbers; these have not been asked for.
    sends = [f"known{2 * n}@example.com" for n in range(SENDS)]
    sends += [f"nobody{n}@example.com" for n in range(SENDS)]
    random.shuffle(sends)
    taken: dict[bool, list[float]] = {True: [], False: []}
    for address in sends:
        data = visitors.send(address)
        started = time.perf_counter()
        answer = visitors.connection.ask(data)
        taken[address.startswith("known")].append((time.perf_counter() - started) * 1000)
        if answer.status != 303:
            raise RuntimeError(f"A send answered {answer.status}.")
    return median(taken[True]), median(taken[False])


if __name__ == "__main__":
    main()

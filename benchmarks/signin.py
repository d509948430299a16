"""How fast signing in is, as a ratio to an empty Django view on the same server in the same minutes.

The product and the empty view take turns in several rounds, so that whatever else the machine does meets both; what
is told is the median of the rounds' ratios.
"""

import argparse
import os
import random
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from itertools import count, cycle
from statistics import median
from urllib.parse import urlencode

from benchmarks.client import Answer, Connection, load, request
from benchmarks.stage import HOST, ROOT, Stage, set_up, worker

TARGETS = {"page": 0.22, "send": 0.07, "verify": 0.08}
MEMORY_MB = 200
SENDS_APART_MS = 10
SENDS = 200
CONNECTIONS = {"page": 32, "send": 16, "verify": 16}
LONGEST_RUN = 600  # seconds; whatever hangs is ended then, and what it started with it
REPORT = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- benchmarks.signin: begin -->", "<!-- benchmarks.signin: end -->"


@dataclass
class Figures:
    """What the rounds measured, by name: requests a second, and milliseconds of the web's processor a request."""

    ours: dict[str, list[float]] = field(default_factory=dict)
    empty: dict[str, list[float]] = field(default_factory=dict)
    our_work: dict[str, list[float]] = field(default_factory=dict)
    empty_work: dict[str, list[float]] = field(default_factory=dict)

    def ratio(self, name: str) -> float:
        """The median of the rounds' ratios."""
        return median(mine / other for mine, other in zip(self.ours[name], self.empty[name], strict=True))


def main() -> None:
    """Measure, print, and with --write keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each of the measures of a round")
    parser.add_argument("--write", action="store_true", help=f"keep the table in {REPORT.relative_to(ROOT)}")
    options = parser.parse_args()
    signal.alarm(LONGEST_RUN)
    signal.signal(signal.SIGALRM, _give_up)
    load_before = os.getloadavg()[0]
    people = int(options.rounds * (options.seconds + 0.2) * 500)
    with set_up(people) as stage:
        figures = measure(stage, options.rounds, options.seconds)
        held = stage.product.memory()
        with worker(stage):
            known, unknown = send_times(stage)
        table = report(load_before, figures, held, known, unknown, stage.prepared["queries"])
    print(table)
    if options.write:
        keep(table)


def _give_up(*_: object) -> None:
    raise TimeoutError(f"The run took longer than {LONGEST_RUN} seconds.")


def measure(stage: Stage, rounds: int, seconds: float) -> Figures:
    """The rounds: each measure right after the empty view with as many connections."""
    visitors = Visitors(stage)
    supplies = {
        "page": visitors.pages(),
        "send": visitors.sends(),
        "verify": visitors.verifies(stage.prepared["links"]),
    }
    expected = {"page": 200, "send": 303, "verify": 303}
    load(stage.empty.port, cycle([EMPTY]), connections=16, seconds=1)
    load(stage.product.port, supplies["page"], connections=16, seconds=1)
    figures = Figures()
    for _ in range(rounds):
        for name, supply in supplies.items():
            connections = CONNECTIONS[name]
            for web, requests, speeds, work in (
                (stage.empty, cycle([EMPTY]), figures.empty, figures.empty_work),
                (stage.product, supply, figures.ours, figures.our_work),
            ):
                before = web.processor_seconds()
                seen = load(web.port, requests, connections=connections, seconds=seconds)
                used = web.processor_seconds() - before
                if set(seen.statuses) != {200 if web is stage.empty else expected[name]}:
                    raise RuntimeError(f"{name} answered {dict(seen.statuses)}.\n{web.troubles()}")
                speeds.setdefault(name, []).append(seen.per_second)
                work.setdefault(name, []).append(used * 1000 / seen.statuses.total())
    return figures


EMPTY = request("GET", "/", host=HOST)


class Visitors:
    """Requests as many different people would make them: each from an address of its own, so that no limit is met."""

    def __init__(self, stage: Stage) -> None:
        self.numbers = count(1)
        self.connection = Connection(stage.product.port)
        self.forms = cycle([self._form() for _ in range(16)])

    def headers(self, **cookies: str) -> dict[str, str]:
        """The head of a browser's request."""
        number = next(self.numbers)
        headers = {
            "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Accept": "text/html,application/xhtml+xml",
            "Accept-Language": "fr,en;q=0.5",
            "Accept-Encoding": "gzip, deflate, br",
        }
        if cookies:
            headers["Cookie"] = "; ".join(f"__Host-{name}={value}" for name, value in cookies.items())
        return headers

    def _form(self) -> tuple[str, str]:
        """A browser's CSRF cookie, and the token of the form it was given."""
        headers = self.headers() | {"Accept-Encoding": "identity"}
        page = self.connection.ask(request("GET", "/fr/auth", host=HOST, headers=headers))
        cookie = re.search(rb"__Host-csrftoken=(\w+)", page.head)
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
        if page.status != 200 or not cookie or not token:
            raise RuntimeError(f"The sign-in page answered {page.status}, without a form to fill in.")
        return cookie[1].decode(), unescape(token[1].decode())

    def pages(self) -> Iterator[bytes]:
        """First visits to the sign-in page."""
        while True:
            yield request("GET", "/fr/auth", host=HOST, headers=self.headers())

    def send(self, address: str) -> bytes:
        """Somebody asks for a link to `address`."""
        return self._post("/fr/auth", {"email": address, "next": ""})

    def sends(self) -> Iterator[bytes]:
        """Every second address is that of an account."""
        for number in count():
            yield self.send(f"{'known' if number % 2 else 'unknown'}{number}@example.com")

    def verifies(self, links: list[tuple[str, str]]) -> Iterator[bytes]:
        """Each link is redeemed in the browser that asked for it."""
        for secret, browser in links:
            yield self._post("/fr/verify-magic-link", {"token": secret}, browser=browser)

    def _post(self, path: str, data: dict[str, str], **cookies: str) -> bytes:
        cookie, token = next(self.forms)
        return request(
            "POST", path, host=HOST,
            headers=self.headers(csrftoken=cookie, **cookies),
            body=urlencode(data | {"csrfmiddlewaretoken": token}).encode(),
        )  # fmt: skip


def send_times(stage: Stage) -> tuple[float, float]:
    """The median milliseconds of a send to known and to unknown addresses, in mixed order, one at a time."""
    visitors = Visitors(stage)
    # Not the addresses of the rounds, where every second number is an account's: these are not asked for yet.
    sends = [f"known{2 * n}@example.com" for n in range(SENDS)]
    sends += [f"nobody{n}@example.com" for n in range(SENDS)]
    random.shuffle(sends)
    taken: dict[bool, list[float]] = {True: [], False: []}
    for address in sends:
        data = visitors.send(address)
        started = time.perf_counter()
        answer: Answer = visitors.connection.ask(data)
        taken[address.startswith("known")].append((time.perf_counter() - started) * 1000)
        if answer.status != 303:
            raise RuntimeError(f"A send answered {answer.status}.")
    return median(taken[True]), median(taken[False])


def report(
    load_before: float, figures: Figures, held: dict[str, float], known: float, unknown: float, queries: int
) -> str:
    """The table, as text that reads well in a terminal and as Markdown."""
    names = {"page": "sign-in page", "send": "send", "verify": "verify"}
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}; the machine's load when it began: {load_before:.1f} on {os.cpu_count()} cores",
        "",
        "| measure | connections | requests/s | empty view | ratio | target | web's processor a request | empty view |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, target in TARGETS.items():
        ours, empty = median(figures.ours[name]), median(figures.empty[name])
        lines.append(
            f"| {names[name]} | {CONNECTIONS[name]} | {ours:.0f} | {empty:.0f}"
            f" | {figures.ratio(name):.2f} | ≥ {target:.2f}"
            f" | {median(figures.our_work[name]):.1f} ms | {median(figures.empty_work[name]):.2f} ms |"
        )
    apart = abs(known - unknown)
    lines += [
        "",
        "| measure | found | target |",
        "|---|---|---|",
        f"| memory of the web, 2 workers and their master | {held['PSS']:.0f} MB (RSS {held['RSS']:.0f} MB)"
        f" | ≤ {MEMORY_MB} MB |",
        f"| median of {SENDS} sends to known and {SENDS} to unknown addresses, worker running |"
        f" {known:.1f} ms and {unknown:.1f} ms, {apart:.1f} ms apart | ≤ {SENDS_APART_MS} ms apart |",
        f"| queries of the sign-in page | {queries} | ≤ 1 |",
    ]
    return "\n".join(lines)


def keep(table: str) -> None:
    """Put the table in the place of the last run's."""
    text = REPORT.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    REPORT.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")


if __name__ == "__main__":
    main()

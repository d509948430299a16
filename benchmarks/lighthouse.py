"""Lighthouse's scores and first paint on a simulated telephone: our pages, an empty Next.js page and a bare page.

All pages are measured in turns, in several rounds, so that other work of the machine affects all alike; a figure is the
median of the rounds. `benchmarks/README.md` says how to make the Next.js page.
"""

import argparse
import json
import os
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.browser_stage import CONSOLE, Product, bare_page
from benchmarks.report import REPORT, write
from benchmarks.stage import ROOT, free_port, run_process, wait_for
from core.tests.browser import CHROMIUM_FLAGS

PUBLIC = [
    "/fr/auth",
    "/fr/",
    "/he/",
    "/fr/help",
    "/fr/contact",
    "/fr/privacy",
    "/fr/legal",
]
TIMED = ["/fr/auth", "/fr/"]
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TARGET = 0.75
ATTEMPTS = 3  # on a busy machine it misses the beginning of a trace now and then


@dataclass
class Figures:
    """What was measured of one page, one of each a round: milliseconds, and the scores of each category."""

    fcp: list[float] = field(default_factory=list)
    lcp: list[float] = field(default_factory=list)
    scores: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, report: dict[str, Any]) -> None:
        """Keep the figures of one run of Lighthouse."""
        audits = report["audits"]
        self.fcp.append(audits["first-contentful-paint"]["numericValue"])
        self.lcp.append(audits["largest-contentful-paint"]["numericValue"])
        for name, category in report["categories"].items():
            self.scores[name].append(round(100 * category["score"]))


def main() -> None:
    """Measure, print, and with --write keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lighthouse", required=True, help="its command: …/node_modules/.bin/lighthouse")
    parser.add_argument("--next", required=True, type=Path, help="folder of the built Next.js application")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--throttling", default="simulate", choices=["simulate", "devtools"])
    parser.add_argument("--timed", action="store_true", help="sign-in and landing page only")
    parser.add_argument("--write", action="store_true", help=f"keep the table in {REPORT.relative_to(ROOT)}")
    options = parser.parse_args()
    begun = f"{datetime.now(UTC):%Y-%m-%d}; the machine's load when it began: {os.getloadavg()[0]:.1f}"
    with tempfile.TemporaryDirectory() as folder:
        text = measure(options, Path(folder))
    print(text)
    if options.write:
        write(f"{begun} on {os.cpu_count()} cores\n\n{text}", "lighthouse")


def measure(options: argparse.Namespace, folder: Path) -> str:
    """Serve all pages, run Lighthouse in rounds, and tell the medians."""
    product = Product(folder)
    product.prepare()
    figures: dict[str, Figures] = defaultdict(Figures)
    with product.in_production(), next_page(options.next, folder) as other, bare_page() as bare:
        pages = {"an empty Next.js page": other, "a bare page": bare}
        pages |= {path: product.url + path for path in (TIMED if options.timed else [*PUBLIC, *CONSOLE])}
        cookie = product.cookie()
        for _ in range(options.rounds):
            for name, url in pages.items():
                figures[name].add(run(options, url, cookie if name in CONSOLE else "", folder))
    return table(figures)


@contextmanager
def next_page(application: Path, folder: Path) -> Iterator[str]:
    """Serve a built Next.js application in production mode; yields its URL."""
    port = free_port()
    command = [str(application / "node_modules/.bin/next"), "start", str(application), "-p", str(port)]
    environ = {"PATH": os.environ["PATH"], "NODE_ENV": "production", "NEXT_TELEMETRY_DISABLED": "1"}
    with run_process([*command, "-H", "127.0.0.1"], environ, folder / "next.log") as process:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}/"


def run(options: argparse.Namespace, url: str, cookie: str, folder: Path) -> dict[str, Any]:
    """Lighthouse's report of a page, in a browser that knows nothing of it."""
    report = folder / "report.json"
    flags = " ".join(["--headless", *CHROMIUM_FLAGS])
    command = [
        options.lighthouse,
        url,
        "--quiet",
        "--output=json",
        f"--output-path={report}",
        f"--chrome-flags={flags}",
    ]
    command += [f"--throttling-method={options.throttling}", f"--only-categories={','.join(CATEGORIES)}"]
    command += [f"--extra-headers={json.dumps({'Cookie': cookie})}"] if cookie else []
    environ = {**os.environ, "CHROME_PATH": options.chromium}
    for _ in range(ATTEMPTS):
        done = subprocess.run(command, check=False, env=environ, stderr=subprocess.PIPE, text=True)
        if not done.returncode:
            found: dict[str, Any] = json.loads(report.read_text())
            return found
    raise RuntimeError(f"Lighthouse cannot measure {url}:\n{done.stderr}")


def table(figures: dict[str, Figures]) -> str:
    """The medians as Markdown."""
    other = median(figures["an empty Next.js page"].lcp)
    lines = [
        f"| page | FCP | LCP | LCP to that of Next.js, sign-in ≤ {TARGET} | {' | '.join(CATEGORIES)} |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, found in figures.items():
        scores = " | ".join(f"{median(found.scores[category]):.0f}" for category in CATEGORIES)
        fcp, lcp = median(found.fcp), median(found.lcp)
        lines.append(f"| {name} | {fcp:.0f} ms | {lcp:.0f} ms | {lcp / other:.2f} | {scores} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()

"""How soon a console page is painted in development, as a ratio to an empty page in the same browser."""

import argparse
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.browser_stage import CONSOLE, Product, bare_page
from benchmarks.report import REPORT, write
from benchmarks.stage import ROOT
from core.tests.browser import CHROMIUM_FLAGS

TARGET = 3
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def main() -> None:
    """Measure, print, and with --write keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--write", action="store_true", help=f"keep the table in {REPORT.relative_to(ROOT)}")
    options = parser.parse_args()
    begun = f"{datetime.now(UTC):%Y-%m-%d}; the machine's load when it began: {os.getloadavg()[0]:.1f}"
    with tempfile.TemporaryDirectory() as folder, bare_page() as bare, sync_playwright() as playwright:
        product = Product(Path(folder))
        product.prepare()
        browser = playwright.chromium.launch(executable_path=options.chromium, args=CHROMIUM_FLAGS)
        with product.in_development():
            text = table(browser, product, bare, options.rounds)
        browser.close()
    print(text)
    if options.write:
        write(f"{begun} on {os.cpu_count()} cores\n\n{text}", "console")


def table(browser: Any, product: Product, bare: str, rounds: int) -> str:
    """Each page, and the empty one right before it, as the median of the rounds."""
    name, _, value = product.cookie().partition("=")
    cookie = {"name": name, "value": value, "url": product.url}
    lines = [
        f"| console page in development | requests | first paint | empty page | ratio, at most {TARGET} |",
        "|---|---|---|---|---|",
    ]
    for path in CONSOLE:
        visit(browser, product.url + path, cookie)  # the first one compiles templates
        taken = [
            (visit(browser, bare, cookie), visit(browser, product.url + path, cookie)) for _ in range(rounds)
        ]
        empty, paint = median(empty for (empty, _), _ in taken), median(paint for _, (paint, _) in taken)
        ratio = median(paint / empty for (empty, _), (paint, _) in taken)
        lines.append(f"| {path} | {taken[0][1][1]} | {paint:.0f} ms | {empty:.0f} ms | {ratio:.1f} |")
    return "\n".join(lines)


def visit(browser: Any, url: str, cookie: dict[str, str]) -> tuple[float, int]:
    """Open a page in a browser that knows nothing of it: milliseconds to the first paint, and requests."""
    context = browser.new_context()
    context.add_cookies([cookie])
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(url, wait_until="networkidle")
    if page.url != url:
        raise RuntimeError(f"{url} leads to {page.url}.")
    paint = float(page.wait_for_function(FIRST_PAINT).json_value())
    context.close()
    return paint, len(requests)


if __name__ == "__main__":
    main()

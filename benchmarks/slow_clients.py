"""How long the sign-in page takes while other clients send their requests a byte at a time, forever."""

import argparse
import contextlib
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.client import Load, load, request
from benchmarks.report import REPORT, write
from benchmarks.stage import HOST, ROOT, free_port, run_process, set_up, wait_for
from benchmarks.visitors import Visitors

LONGEST_RUN = 900  # seconds
DRIPPING = 50
VISITORS = 4
LIMIT_MS = 1000  # for the p95 of the page
BEGINNINGS = [
    request("GET", "/fr/auth", host=HOST)[:-2],
    request("POST", "/fr/auth", host=HOST, body=b"a" * 10_000)[:-10_000],
]


def main() -> None:
    """Measure quiet, attacked, and attacked behind the shipped Caddy; print, and with --write keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each measure")
    parser.add_argument("--write", action="store_true", help=f"keep the table in {REPORT.relative_to(ROOT)}")
    options = parser.parse_args()
    signal.alarm(LONGEST_RUN)
    begun = f"{datetime.now(UTC):%Y-%m-%d}; the machine's load when it began: {os.getloadavg()[0]:.1f}"
    with set_up(users=10) as stage:
        web = stage.product.port
        rows = {"alone, not attacked": measure(web, options.seconds)}
        with drip(web):
            rows["alone, attacked"] = measure(web, options.seconds)
        with caddy(web, stage.folder) as proxy:
            rows["behind Caddy, not attacked"] = measure(proxy, options.seconds)
            with drip(proxy):
                rows["behind Caddy, attacked"] = measure(proxy, options.seconds)
    text = f"{begun} on {os.cpu_count()} cores\n\n{table(rows)}"
    print(text)
    if options.write:
        write(text, "slow_clients")


def measure(port: int, seconds: float) -> Load:
    """Load the page; every answer must be a page."""
    seen = load(port, Visitors(port).pages(), connections=VISITORS, seconds=seconds)
    if set(seen.statuses) != {200}:
        raise RuntimeError(f"The page answered {dict(seen.statuses)}.")
    return seen


@contextlib.contextmanager
def drip(port: int) -> Iterator[None]:
    """Hold connections that send a byte a second, half of them in a header and half in a body; renew closed ones."""
    over = threading.Event()
    threads = [threading.Thread(target=_drip, args=(port, BEGINNINGS[n % 2], over)) for n in range(DRIPPING)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _drip(port: int, beginning: bytes, over: threading.Event) -> None:
    while not over.is_set():
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            client.sendall(beginning)
            while not over.wait(1):
                client.sendall(b"a")
        time.sleep(0.1)


@contextlib.contextmanager
def caddy(upstream: int, folder: Path) -> Iterator[int]:
    """Run Caddy with docs/proxies/Caddyfile, but without TLS; yields its port."""
    port, config = free_port(), folder / "Caddyfile"
    shipped = (ROOT / "docs" / "proxies" / "Caddyfile").read_text().replace("{\n", "{\n\tadmin off\n", 1)
    upstream_block = "reverse_proxy {$UPSTREAM} {\n\t\theader_up X-Forwarded-Proto https\n\t}"
    config.write_text(shipped.replace("reverse_proxy {$UPSTREAM}", upstream_block))
    environ = {"SITE": f"http://{HOST}:{port}", "UPSTREAM": f"127.0.0.1:{upstream}", "HOME": str(folder)}
    program = shutil.which("caddy") or "caddy"
    command = [program, "run", "--config", str(config), "--adapter", "caddyfile"]
    with run_process(command, environ, folder / "caddy.log") as process:
        wait_for(port, process)
        yield port


def table(rows: dict[str, Load]) -> str:
    """The measures as Markdown."""
    lines = [
        f"| sign-in page, {VISITORS} connections; attacked by {DRIPPING} that send a byte a second"
        " | requests/s | p50 | p95 | p99 | longest |",
        "|---|---|---|---|---|---|",
    ]
    for name, seen in rows.items():
        waits = " | ".join(f"{seen.percentile(share):.0f} ms" for share in (0.5, 0.95, 0.99, 1.0))
        lines.append(f"| {name} | {seen.per_second:.0f} | {waits} |")
    worst = max(seen.percentile(0.95) for seen in rows.values())
    return "\n".join([*lines, "", f"Worst p95 {worst:.0f} ms; limit {LIMIT_MS} ms."])


if __name__ == "__main__":
    main()

"""How the pages of calls and their file do with a thousand calls, and with many, in one organisation.

The pages are asked for in turns, in one process, so that other work of the machine affects both alike.
"""

from typing import Any

from benchmarks.comparison import page_table, read_options, run_command
from benchmarks.plans import WHOLE
from benchmarks.report import write

RATIO, ROWS_A_SECOND, FIRST_BYTE, EXTRA_MB = 1.5, 20_000, 1.0, 60


def main() -> None:
    """Measure, print, and with --write keep the table."""
    options = read_options(__doc__, "calls", 1_000_000, rounds=40)
    text = table(run_command("measure_calls", options.count, options.rounds))
    print(text)
    if options.write:
        write(text, "calls")
    if WHOLE in text:
        raise SystemExit("A table of calls is read whole.")


def table(found: dict[str, Any]) -> str:
    """The report, as Markdown that also reads well in a terminal."""
    about = (
        f"{found['calls']:,} calls, written in {found['written_in']:.0f} s"
        f" ({found['calls'] / found['written_in']:,.0f} a second)"
    )
    file = found["csv"]
    return "\n".join(
        [
            *page_table(found, "1,000 calls", about, RATIO),
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

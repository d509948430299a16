"""How the pages of the desk do with a hundred open requests, and with many, in one organisation.

The pages are asked for in turns, in one process, so that other work of the machine affects both alike.
"""

from benchmarks.comparison import page_table, read_options, run_command
from benchmarks.report import write


def main() -> None:
    """Measure, print, and with --write keep the table."""
    options = read_options(__doc__, "items", 100_000, rounds=60)
    found = run_command("measure_desk", options.count, options.rounds)
    text = "\n".join(page_table(found, "100 requests", f"{found['items']:,} open requests"))
    print(text)
    if options.write:
        write(text, "desk")


if __name__ == "__main__":
    main()

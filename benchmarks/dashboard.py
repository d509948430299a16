"""How the dashboard does in an organisation with a thousand calls, and in one with many.

The two are asked for in turns, in one process, so that other work of the machine affects both alike.
"""

from benchmarks.comparison import page_table, read_options, run_command
from benchmarks.report import write


def main() -> None:
    """Measure, print, and with --write keep the table."""
    options = read_options(__doc__, "calls", 1_000_000, rounds=60)
    found = run_command("measure_dashboard", options.count, options.rounds)
    about = f"{found['calls']:,} calls, counted anew in {found['rebuilt_in']:.1f} s"
    text = "\n".join(page_table(found, "1,000 calls", about))
    print(text)
    if options.write:
        write(text, "dashboard")


if __name__ == "__main__":
    main()

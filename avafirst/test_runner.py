"""`manage.py test` runs the same suite as `bin/test`: one way to test, two doors to it."""

import argparse
from collections.abc import Sequence
from typing import Any

import pytest


class PytestRunner:
    """What TEST_RUNNER asks for: labels in, number of failures out. Labels are pytest's: paths or node ids."""

    def __init__(
        self, *, pytest_args: str = "", failfast: bool = False, verbosity: int = 1, **options: Any
    ) -> None:
        self.arguments = pytest_args.split()
        if failfast:
            self.arguments.append("--exitfirst")
        if verbosity > 1:
            self.arguments.append("--verbose")

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        """Offer `--pytest-args="-k token -n 0"` on the command line."""
        parser.add_argument("--pytest-args", default="", help="Further arguments of pytest, in one string.")

    def run_tests(self, test_labels: Sequence[str], **kwargs: Any) -> int:
        """Run pytest and return 0 when all is well, as Django's command expects of a count of failures."""
        return int(pytest.main([*self.arguments, *test_labels]))

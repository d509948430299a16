"""`manage.py test` runs the same suite as `bin/test`."""

import argparse
from collections.abc import Sequence
from typing import Any

import pytest


class PytestRunner:
    """The interface of TEST_RUNNER over pytest. Labels are paths or node ids."""

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
        parser.add_argument("--pytest-args", default="", help="Further arguments of pytest, in one string.")

    def run_tests(self, test_labels: Sequence[str], **kwargs: Any) -> int:
        """Run pytest; return 0 on success, as Django expects of a number of failures."""
        return int(pytest.main([*self.arguments, *test_labels]))

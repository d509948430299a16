"""The production settings, with the benchmark's command and static files in a temporary folder."""

import os
from pathlib import Path

from avafirst.settings import *  # noqa: F403
from avafirst.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]
STATIC_ROOT = Path(os.environ["BENCH_STATIC_ROOT"])

"""The production settings, with the static files in a folder that the run throws away."""

import os
from pathlib import Path

from avafirst.settings import *  # noqa: F403

STATIC_ROOT = Path(os.environ["BENCH_STATIC_ROOT"])

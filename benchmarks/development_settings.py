"""The development settings, with the benchmark's commands."""

from avafirst.settings import *  # noqa: F403
from avafirst.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]

#!/usr/bin/env python
"""Django's command line. `manage.py test` runs the pytest suite, in development settings."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "avafirst.settings")
    if sys.argv[1:2] == ["test"]:
        os.environ.setdefault("AVA_ENV", "development")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

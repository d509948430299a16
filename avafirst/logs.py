"""Logging: plain lines in development, one JSON object a line in production; tokens redacted in both.

Imported by the settings, so it imports nothing of ours but what imports nothing itself.
"""

from typing import Any


def logging_config(*, development: bool) -> dict[str, Any]:
    """A `logging.config.dictConfig` whose single handler formats, and redacts what looks like a token."""
    handler = {"class": "logging.StreamHandler", "formatter": "plain" if development else "json"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"()": "core.log_format.PlainFormatter"},
            "json": {"()": "core.log_format.JsonFormatter"},
        },
        "handlers": {"stream": handler},
        "root": {"handlers": ["stream"], "level": "INFO"},
        "loggers": {
            # Django gives these handlers of their own; ours redacts, so theirs go.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
            "django_tasks_db": {"level": "INFO"},
            "django_tasks": {"level": "WARNING"},
            # It would log whole addresses, with what stands behind the question mark; `core.http.client` says enough.
            "httpx2": {"level": "WARNING"},
        },
    }

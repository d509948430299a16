"""Logging: text lines in development, one JSON object a line in production; tokens are redacted in both.

The settings import it, so it imports nothing of ours that imports anything itself.
"""

from typing import Any


def logging_config(*, development: bool) -> dict[str, Any]:
    """A `logging.config.dictConfig` whose only handler formats and redacts."""
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
            # Django gives these their own handlers, which do not redact.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
            "django_tasks_db": {"level": "INFO"},
            "django_tasks": {"level": "WARNING"},
            # It takes its own handlers away from here, and the whole URL of a failed request stands in its lines.
            "gunicorn.error": {"handlers": [], "propagate": True},
            # It warns at each HEAD request, whose body it drops as it should.
            "gunicorn.http.wsgi": {"level": "ERROR"},
            # It logs whole URLs with their queries; `core.http.client` logs enough.
            "httpx2": {"level": "WARNING"},
        },
    }

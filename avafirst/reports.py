"""Error reports to Sentry, redacted like log lines."""

from typing import Any

from core.security.redaction import REDACTED, redact

NEVER = {"cookies", "cookie", "authorization", "token", "code", "csrfmiddlewaretoken", "x-csrftoken"}


def start_reports(dsn: str, *, environment: str) -> None:
    """Send unhandled errors to `dsn`, without user, cookies and form data."""
    import sentry_sdk  # large, and only loaded where it is used

    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=lambda event, _hint: redacted(event),
        before_breadcrumb=lambda crumb, _hint: redacted(crumb),
    )


def redacted(value: Any) -> Any:
    """`value` with every text in it redacted, and without what is secret by its name."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: REDACTED if str(key).lower() in NEVER else redacted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(item) for item in value]
    return value

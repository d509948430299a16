"""Alerts about failing connections: one e-mail to each member who can repair them, once an outage."""

import uuid
from datetime import datetime

from django.utils.translation import override
from django_tasks import task

from connections.alert_emails import recipient, recipients_of, send_alert
from connections.base import Connection
from connections.problems import PASSING
from connections.provider import PROVIDERS


def alert_connection_failing(row: Connection) -> None:
    """Queue the alerts, in the caller's transaction, which has just set `told_at`."""
    assert row.told_at is not None  # noqa: S101 - for the type checker
    for membership in recipients_of(row.organization):
        send_connection_failing.enqueue(
            row.provider, str(row.id), row.told_at.isoformat(), str(membership.id)
        )


@task()
def send_connection_failing(provider: str, connection_id: str, told_at: str, membership_id: str) -> None:
    """E-mail one member about an outage; nothing where the outage is over or the member may not repair it any more."""
    spec = PROVIDERS[provider]
    outage = spec.model.objects.in_outage(uuid.UUID(connection_id), datetime.fromisoformat(told_at))
    row, membership = outage.first(), recipient(membership_id)
    if row is None or membership is None:
        return
    with override(membership.user.locale):
        explanation, consequence = row.explanation, str(row.consequence)
    send_alert(
        "connection_failing",
        membership,
        is_sandbox=row.is_sandbox,
        provider=row.provider.label,
        explanation=explanation,
        consequence=consequence,
        since=row.failing_since,
        status_page=spec.status_page if row.problem in PASSING else "",
    )

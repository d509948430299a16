"""Checks by real requests that connections still work: periodically, and when a user asks."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django_tasks import task

from connections.base import Connection
from connections.health.alerts import alert_connection_failing
from connections.models import TwilioConnection
from connections.phone_number import import_number, resume_import
from connections.problems import ProviderError
from connections.provider import PROVIDERS
from core.audit.services import record_event
from core.queue.schedule import periodic

# Sent with `organization` and `provider`, inside the transaction that notes that a failing connection works again.
connection_recovered = Signal()

STATE_FIELDS = ("state", "problem", "refusal", "failing_since", "told_at", "misses", "checked_at")


@periodic(every=timedelta(minutes=15))
@task()
def check_connections() -> None:
    """Queue a check of every connection, each as its own task so that a slow one delays no other."""
    for provider, spec in PROVIDERS.items():
        for identity in spec.model.objects.values_list("id", flat=True):
            check_connection.enqueue(provider, str(identity))
    for organization_id in TwilioConnection.objects.importable().values_list("organization_id", flat=True):
        import_number.enqueue(str(organization_id))


@task()
def check_connection(provider: str, connection_id: str) -> None:
    """Check one connection, if it still exists."""
    connection = PROVIDERS[provider].model.objects.filter(id=uuid.UUID(connection_id)).first()
    if connection is not None:
        check(connection)


def check(connection: Connection) -> Connection | None:
    """Ask the provider and store the result; the updated row, None where it was replaced or deleted meanwhile."""
    error, facts = None, {}
    try:
        facts = PROVIDERS[connection.provider].check(connection)
    except ProviderError as failure:
        error = failure
    return _store_result(connection, error, facts)


@transaction.atomic
def _store_result(
    connection: Connection, error: ProviderError | None, facts: dict[str, bool]
) -> Connection | None:
    same = type(connection).objects.with_credentials(connection.id, connection.revision)
    row: Connection | None = same.select_for_update().first()
    if row is None:
        return None  # the result is about credentials that are no longer stored
    was_failing, now = row.is_failing, timezone.now()
    if error is None:
        row.record_success(at=now)
    else:
        row.record_failure(error, at=now)
    if is_alert_due := row.is_alert_due(at=now):
        row.told_at = now
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=[*STATE_FIELDS, *facts])
    if row.is_failing != was_failing:
        _audit(row)
        if not row.is_failing:
            _announce_recovery(row)
    if is_alert_due:
        alert_connection_failing(row)
    return row


def _announce_recovery(row: Connection) -> None:
    """Resume what waited: the number's import here, the assistants by signal."""
    resume_import(row.organization)
    connection_recovered.send(sender=type(row), organization=row.organization, provider=row.provider)


def _audit(row: Connection) -> None:
    what = "failing" if row.is_failing else "recovered"
    record_event(
        f"connections.{row.provider}_{what}",
        organization_id=row.organization_id,
        problem=row.problem,
    )

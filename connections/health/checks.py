"""Whether connections still work: by a real request, on a schedule and when somebody asks."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from connections.base import Connection, State
from connections.health import alerts
from connections.health.probes import probe_twilio, probe_vapi
from connections.models import MODELS, AnyConnection, NumberState, TwilioConnection
from connections.phone_number import import_number, verify_import
from connections.problems import ProviderError
from core.audit.services import record_event
from core.queue.schedule import periodic


def check(connection: AnyConnection) -> AnyConnection | None:
    """Ask the provider, and note what it said. The row as it is then; None where it was replaced or cut meanwhile."""
    error, facts = None, {}
    try:
        facts = _ask(connection)
    except ProviderError as failure:
        error = failure
    return _note(connection, error, facts)


@task()
def check_connection(provider: str, connection_id: str) -> None:
    """Ask one provider whether one connection works, unless the connection is gone."""
    connection = MODELS[provider].objects.filter(id=uuid.UUID(connection_id)).first()
    if connection is not None:
        check(connection)


@periodic(every=timedelta(minutes=15))
@task()
def check_connections() -> None:
    """Check every connection, each in a task of its own: a slow one delays no other."""
    for provider, model in MODELS.items():
        for identity in model.objects.values_list("id", flat=True):
            check_connection.enqueue(provider, str(identity))
    for organization_id in TwilioConnection.objects.importable().values_list("organization_id", flat=True):
        import_number.enqueue(str(organization_id))


def _ask(connection: AnyConnection) -> dict[str, bool]:
    """What is worth keeping of the provider's answer. Raises ProviderError."""
    if isinstance(connection, TwilioConnection):
        return {"is_trial": probe_twilio(connection.client(), connection.number).is_trial}
    client = connection.client()
    probe_vapi(client)
    numbers = TwilioConnection.objects.for_organization(connection.organization)
    for twilio in numbers.filter(number_state=NumberState.IN_STEP):
        verify_import(twilio, client)
    return {}


@transaction.atomic
def _note(
    connection: AnyConnection, error: ProviderError | None, facts: dict[str, bool]
) -> AnyConnection | None:
    asked = type(connection).objects.with_credentials(connection.id, connection.revision)
    row: AnyConnection | None = asked.select_for_update().first()
    if row is None:
        return None  # the answer is about credentials that nobody has any more
    before, now = row.state, timezone.now()
    if error is None:
        row.note_success(at=now)
    else:
        row.note_failure(error, at=now)
    if is_news := row.is_to_be_told(at=now):
        row.told_at = now
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=[*STATE_FIELDS, *facts])
    if row.state != before:
        _record(row)
    if is_news:
        alerts.tell_of_connection(row)
    return row


STATE_FIELDS = ("state", "problem", "failing_since", "told_at", "misses", "checked_at")


def _record(row: Connection) -> None:
    what = "failing" if row.state == State.FAILING else "recovered"
    record_event(
        f"connections.{row.provider}_{what}",
        organization_id=row.organization_id,
        problem=row.problem,
    )

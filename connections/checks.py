"""Whether connections still work: by a real request, on a schedule and when somebody asks."""

import uuid

from django.db import transaction
from django.utils import timezone

from connections import alerting, importing
from connections.base import Connection, State
from connections.models import AnyConnection, NumberState, TwilioConnection, VapiConnection
from connections.probing import probe_twilio, probe_vapi
from connections.problems import Provider, ProviderError
from core.audit.services import record_event

MODELS: dict[str, type[VapiConnection] | type[TwilioConnection]] = {
    Provider.VAPI: VapiConnection,
    Provider.TWILIO: TwilioConnection,
}


def check(connection: AnyConnection) -> AnyConnection | None:
    """Ask the provider, and note what it said. The row as it is then; None where it was replaced or cut meanwhile."""
    error, facts = None, {}
    try:
        facts = _ask(connection)
    except ProviderError as failure:
        error = failure
    return _note(connection, error, facts)


def check_by_id(provider: str, identity: uuid.UUID) -> None:
    """Check one, unless it is gone."""
    connection = MODELS[provider].objects.filter(id=identity).first()
    if connection is not None:
        check(connection)


def _ask(connection: AnyConnection) -> dict[str, bool]:
    """What is worth keeping of the provider's answer. Raises ProviderError."""
    if isinstance(connection, TwilioConnection):
        return {"is_trial": probe_twilio(connection.client(), connection.number).is_trial}
    client = connection.client()
    probe_vapi(client)
    numbers = TwilioConnection.objects.for_organization(connection.organization)
    for twilio in numbers.filter(number_state=NumberState.IN_STEP):
        importing.verify(twilio, client)
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
        alerting.tell_of_connection(row)
    return row


STATE_FIELDS = ("state", "problem", "failing_since", "told_at", "misses", "checked_at")


def _record(row: Connection) -> None:
    what = "failing" if row.state == State.FAILING else "recovered"
    record_event(
        f"connections.{row.provider}_{what}",
        organization_id=row.organization_id,
        problem=row.problem,
    )

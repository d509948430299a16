"""Telling Vapi of the number: what tasks do. Each may run twice, or with credentials that are replaced meanwhile."""

import uuid
from typing import Any

from django.db import transaction
from django.dispatch import Signal
from django_tasks import task

from connections.access import connections_of
from connections.health import alerts
from connections.models import NumberState, TwilioConnection
from connections.problems import Problem, ProviderError
from connections.querysets import ConnectionQuerySet
from connections.vapi.client import NAME_LENGTH, VapiClient
from core.queue.retry import PermanentError
from organizations.models import Organization

# Sent with `organization` once Vapi has the number: whoever knows which assistant answers tells Vapi so.
number_imported = Signal()


@task()
def import_number(organization_id: str) -> None:
    """Have Vapi answer the organisation's number, if it waits for that and both accounts are connected.

    Raises ProviderError where a later attempt may succeed, PermanentError where none will before somebody acts.
    """
    organization = Organization.objects.filter(id=uuid.UUID(organization_id)).first()
    if organization is None:
        return
    connections = connections_of(organization)
    vapi, twilio = connections.vapi, connections.twilio
    if vapi is None or twilio is None or twilio.number_state != NumberState.PENDING:
        return
    try:
        number_id = _ensure_imported(vapi.client(), twilio)
    except ProviderError as error:
        _fail(twilio, error)
        return
    if _asked(twilio).update(vapi_number_id=number_id, number_state=NumberState.IN_STEP, number_problem=""):
        number_imported.send(sender=TwilioConnection, organization=organization)


def _asked(twilio: TwilioConnection) -> ConnectionQuerySet:
    return TwilioConnection.objects.with_credentials(twilio.id, twilio.revision)


def _ensure_imported(client: VapiClient, twilio: TwilioConnection) -> str:
    """The identifier of the number at Vapi. It is looked for first: an attempt may have died after it succeeded."""
    found = next((each for each in client.list_phone_numbers() if each.get("number") == twilio.number), None)
    login: dict[str, Any] = {"twilioAccountSid": twilio.account_sid, "twilioAuthToken": twilio.secret}
    if found is None:
        found = client.import_twilio_number(
            number=twilio.number,
            sid=twilio.account_sid,
            token=twilio.secret,
            name=str(twilio.organization.name)[:NAME_LENGTH],
            assistant_id=None,
        )
    else:
        client.update_phone_number(found["id"], {"provider": "twilio", **login})
    return str(found["id"])


def _fail(twilio: TwilioConnection, error: ProviderError) -> None:
    """Note why. What passes stays pending and is raised again for the queue; anything else waits for a person."""
    waiting = _asked(twilio).filter(number_state=NumberState.PENDING)
    if error.passing:
        waiting.update(number_problem=error.problem)
        raise error
    if waiting.update(number_state=NumberState.OUT_OF_STEP, number_problem=error.problem):
        raise PermanentError(str(error)) from error


@task()
def release_number(organization_id: str, number_id: str) -> None:
    """Have Vapi forget a number that the organisation no longer uses. Raises ProviderError."""
    organization = Organization.objects.filter(id=uuid.UUID(organization_id)).first()
    vapi = connections_of(organization).vapi if organization else None
    if vapi is not None and not TwilioConnection.objects.filter(vapi_number_id=number_id).exists():
        vapi.client().delete_phone_number(number_id)


def verify(twilio: TwilioConnection, client: VapiClient) -> None:
    """Note where Vapi has lost the number, deleted there by hand for example, and tell. Raises ProviderError."""
    if any(number["id"] == twilio.vapi_number_id for number in client.list_phone_numbers()):
        return
    with transaction.atomic():
        served = _asked(twilio).filter(number_state=NumberState.IN_STEP)
        if served.update(number_state=NumberState.OUT_OF_STEP, number_problem=Problem.GONE):
            alerts.tell_of_number(twilio)

"""Having Vapi answer the number, and what becomes of that when accounts change. `importing` does what is asked here."""

import logging
import uuid
from typing import Any

from django.db import transaction
from django.dispatch import Signal
from django.http import Http404
from django_tasks import task

from connections.health import alerts
from connections.models import NumberState, TwilioConnection, VapiConnection
from connections.problems import Problem, ProviderError
from connections.querysets import ConnectionQuerySet
from connections.selectors import connections_of, forget_connections
from connections.vapi.client import NAME_LENGTH, VapiClient
from core.queue.retry import PermanentError
from organizations.locks import lock_membership
from organizations.models import Membership, Organization
from organizations.permissions import Permission

logger = logging.getLogger("connections.numbers")

BEST_EFFORT = 5.0  # seconds to wait for what may as well fail


def request_import(organization: Organization) -> bool:
    """Have the number imported (again), in the caller's transaction. False where there is none."""
    twilio = TwilioConnection.objects.for_organization(organization).select_for_update().first()
    if twilio is None:
        return False
    twilio.await_import()
    twilio.save(update_fields=["number_state", "number_problem", "revision"])
    import_number.enqueue(str(organization.pk))
    return True


@transaction.atomic
def retry_import(*, actor: Membership) -> None:
    """Have the number imported once more. Raises Http404 where there is none, or PermissionDenied."""
    member = lock_membership(actor, Permission.CONNECTION_MANAGE)
    if not request_import(member.organization):
        raise Http404
    forget_connections(actor.organization)


def release_number_of(twilio: TwilioConnection) -> None:
    """Have Vapi forget the number, in the caller's transaction, which also saves or deletes the row."""
    if twilio.vapi_number_id:
        release_number.enqueue(str(twilio.organization_id), twilio.vapi_number_id)
    twilio.vapi_number_id = ""
    twilio.await_import()


def release_at_former_account(
    before: VapiConnection | None, twilio: TwilioConnection | None, client: VapiClient
) -> None:
    """Have the account at Vapi that is being replaced forget the number, unless `client` is the same account.

    Vapi refuses a number that another account holds. Now, not in a task: afterwards the key is gone. Whatever goes
    wrong is only logged, since a key that no longer works is why most are replaced.
    """
    if before is None or twilio is None or not twilio.vapi_number_id:
        return
    try:
        if all(number["id"] != twilio.vapi_number_id for number in client.list_phone_numbers()):
            before.client(timeout=BEST_EFFORT).delete_phone_number(twilio.vapi_number_id)
    except ProviderError as error:
        logger.warning("Vapi keeps number %s: %s", twilio.vapi_number_id, error)


def release_after_commit(vapi: VapiConnection, twilio: TwilioConnection) -> None:
    """Have Vapi forget the number once the caller's transaction, which deletes the key, holds.

    The key stays in this process's memory until then: a task would have to carry it.
    """
    number_id = twilio.vapi_number_id
    if not number_id:
        return
    try:
        client = vapi.client(timeout=BEST_EFFORT)
    except ProviderError:
        return
    transaction.on_commit(lambda: _forget(client, number_id))


def _forget(client: VapiClient, number_id: str) -> None:
    try:
        client.delete_phone_number(number_id)
    except ProviderError as error:
        logger.warning("Vapi keeps number %s: %s", number_id, error)


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


def verify_import(twilio: TwilioConnection, client: VapiClient) -> None:
    """Note where Vapi has lost the number, deleted there by hand for example, and tell. Raises ProviderError."""
    if any(number["id"] == twilio.vapi_number_id for number in client.list_phone_numbers()):
        return
    with transaction.atomic():
        served = _asked(twilio).filter(number_state=NumberState.IN_STEP)
        if served.update(number_state=NumberState.OUT_OF_STEP, number_problem=Problem.GONE):
            alerts.tell_of_number(twilio)

"""Imports the organisation's Twilio number into Vapi, and releases it there when an account changes."""

import logging
import uuid
from collections.abc import Collection

from django.db import transaction
from django.dispatch import Signal
from django.http import Http404
from django_tasks import task

from connections.alert_emails import recipient, recipients_of, send_alert
from connections.enums import NumberState
from connections.problems import HEALING, Problem, ProviderError
from connections.querysets import ConnectionQuerySet
from connections.twilio.model import TwilioConnection
from connections.vapi.answers import LOGIN_SECRETS
from connections.vapi.client import NAME_LENGTH, VapiClient, twilio_login
from connections.vapi.model import VapiConnection
from core.queue.retry import PermanentError
from organizations.locks import lock_membership, lock_organizations
from organizations.models import Membership, Organization
from organizations.permissions import Permission

logger = logging.getLogger("connections.numbers")

BEST_EFFORT_TIMEOUT = 5.0  # seconds, for requests that may fail

# Sent with `organization` once Vapi has the number, so that the answering assistant can be assigned to it.
number_imported = Signal()
# Sent with `organization` inside the transaction that forgets the number's id at Vapi until the next import: no
# assistant answers it meanwhile.
number_forgotten = Signal()


# Import


def request_import(organization: Organization) -> bool:
    """Queue an import of the number, in the caller's transaction. False where there is no number."""
    twilio = TwilioConnection.objects.for_organization(organization).select_for_update().first()
    if twilio is None:
        return False
    twilio.await_import()
    twilio.save(update_fields=["number_state", "number_problem", "revision"])
    import_number.enqueue(str(organization.pk))
    return True


def resume_import(organization: Organization) -> None:
    """Queue an import that waits, or that failed for a reason which may be over, in the caller's transaction."""
    numbers = TwilioConnection.objects.for_organization(organization)
    if numbers.filter(number_state=NumberState.PENDING).exists():
        import_number.enqueue(str(organization.pk))
    elif numbers.filter(number_state=NumberState.OUT_OF_STEP, number_problem__in=HEALING).exists():
        request_import(organization)


@transaction.atomic
def retry_import(*, actor: Membership) -> None:
    """Queue another import of the number. Raises Http404 where there is no number, or PermissionDenied."""
    membership = lock_membership(actor, Permission.CONNECTION_MANAGE)
    if not request_import(membership.organization):
        raise Http404


@task()
def import_number(organization_id: str) -> None:
    """Import the organisation's number into Vapi, if the import is pending and both accounts are connected.

    Raises ProviderError where a later attempt may succeed, PermanentError where the user must act first.
    """
    twilio = (
        TwilioConnection.objects.select_related("organization")
        .filter(organization_id=organization_id, number_state=NumberState.PENDING)
        .first()
    )
    vapi = VapiConnection.objects.filter(organization_id=organization_id).first()
    if vapi is None or twilio is None:
        return
    try:
        number_id = _ensure_imported(vapi.client(), twilio)
    except ProviderError as error:
        _record_failure(twilio, error)
        return
    _save_imported(twilio, number_id)


@transaction.atomic
def _save_imported(twilio: TwilioConnection, number_id: str) -> None:
    # Locked, so that the receivers' rows refer to an organisation that is still there.
    lock_organizations([twilio.organization_id])
    imported = {"vapi_number_id": number_id, "number_state": NumberState.IN_STEP, "number_problem": ""}
    if _unchanged(twilio).update(**imported):
        number_imported.send(sender=TwilioConnection, organization=twilio.organization)


def _unchanged(twilio: TwilioConnection) -> ConnectionQuerySet:
    return TwilioConnection.objects.with_credentials(twilio.id, twilio.revision)


def _ensure_imported(client: VapiClient, twilio: TwilioConnection) -> str:
    """Return the number's id at Vapi. An earlier attempt may have imported it without storing the id."""
    found = next((each for each in client.list_phone_numbers() if each.number == twilio.number), None)
    if found is None:
        found = client.import_twilio_number(
            number=twilio.number,
            sid=twilio.account_sid,
            token=twilio.secret,
            key_sid=twilio.api_key_sid,
            name=str(twilio.organization.name)[:NAME_LENGTH],
            assistant_id=None,
        )
    else:
        login = twilio_login(sid=twilio.account_sid, token=twilio.secret, key_sid=twilio.api_key_sid)
        former = {name: None for name in LOGIN_SECRETS if name in found.held_secrets and name not in login}
        client.update_phone_number(found.id, {"provider": "twilio", **login, **former})
    return found.id


def _record_failure(twilio: TwilioConnection, error: ProviderError) -> None:
    pending = _unchanged(twilio).filter(number_state=NumberState.PENDING)
    if error.passing:
        pending.update(number_problem=error.problem)
        raise error
    refused = {"number_problem": error.problem, "number_refusal": error.refusal}
    if pending.update(number_state=NumberState.OUT_OF_STEP, **refused):
        raise PermanentError(str(error)) from error


# Release


def request_release(twilio: TwilioConnection) -> None:
    """Queue the release of the number at Vapi, in the caller's transaction, which also saves or deletes the row."""
    if twilio.vapi_number_id:
        release_number.enqueue(str(twilio.organization_id), twilio.vapi_number_id)
    twilio.vapi_number_id = ""
    twilio.await_import()


@task()
def release_number(organization_id: str, number_id: str) -> None:
    """Delete a number at Vapi that the organisation no longer uses. Raises ProviderError."""
    vapi = VapiConnection.objects.filter(organization_id=organization_id).first()
    if vapi is not None and not TwilioConnection.objects.filter(vapi_number_id=number_id).exists():
        vapi.client().delete_phone_number(number_id)


def forget_foreign_number(organization: Organization, held: Collection[str]) -> bool:
    """Forget the number's id at Vapi unless it is among `held`, the ids in the account; whether it was forgotten."""
    imported = TwilioConnection.objects.for_organization(organization).exclude(vapi_number_id="")
    twilio = imported.exclude(vapi_number_id__in=held).select_for_update().first()
    if twilio is None:
        return False
    twilio.vapi_number_id = ""
    twilio.await_import()
    twilio.save(update_fields=["vapi_number_id", "number_state", "number_problem", "revision"])
    return True


def release_at_replaced_account(replaced: VapiConnection | None, held: Collection[str]) -> None:
    """Delete the number in the Vapi account that is being replaced, unless the new key's account holds it (`held`).

    Vapi refuses a number that another account holds. This runs before the key is replaced, since a task would no longer
    have it. Failures are only logged: most keys are replaced because they no longer work.
    """
    if replaced is None:
        return
    imported = TwilioConnection.objects.filter(organization_id=replaced.organization_id)
    twilio = imported.exclude(vapi_number_id="").exclude(vapi_number_id__in=held).first()
    if twilio is None:
        return
    try:
        replaced.client(timeout=BEST_EFFORT_TIMEOUT).delete_phone_number(twilio.vapi_number_id)
    except ProviderError as error:
        logger.warning("Vapi keeps number %s: %s", twilio.vapi_number_id, error)


def release_before_vapi_is_deleted(vapi: VapiConnection) -> None:
    """Release the number after the caller's transaction, which deletes the key; the number then awaits another Vapi."""
    twilio = TwilioConnection.objects.filter(organization_id=vapi.organization_id).first()
    if twilio is None:
        return
    release_after_commit(vapi, twilio)
    twilio.vapi_number_id = ""
    twilio.await_import()
    twilio.save(update_fields=["vapi_number_id", "number_state", "number_problem", "revision"])


def release_before_organization_is_deleted(
    sender: type, organization: Organization, **_kwargs: object
) -> None:
    """Receive `organization_deleting`: release the number after the caller's transaction, which deletes both rows."""
    vapi = VapiConnection.objects.for_organization(organization).first()
    twilio = TwilioConnection.objects.for_organization(organization).first()
    if vapi is not None and twilio is not None:
        release_after_commit(vapi, twilio)


def release_after_commit(vapi: VapiConnection, twilio: TwilioConnection) -> None:
    """Delete the number at Vapi once the caller's transaction, which deletes the key, has committed.

    The key stays in this process's memory until then, since task arguments must not hold secrets.
    """
    number_id = twilio.vapi_number_id
    if not number_id:
        return
    try:
        client = vapi.client(timeout=BEST_EFFORT_TIMEOUT)
    except ProviderError:
        return
    transaction.on_commit(lambda: _delete_at_vapi(client, number_id))


def _delete_at_vapi(client: VapiClient, number_id: str) -> None:
    try:
        client.delete_phone_number(number_id)
    except ProviderError as error:
        logger.warning("Vapi keeps number %s: %s", number_id, error)


# Check


def verify_import(twilio: TwilioConnection, client: VapiClient) -> None:
    """Record and alert where the number was deleted at Vapi, by hand for example. Raises ProviderError."""
    if any(number.id == twilio.vapi_number_id for number in client.list_phone_numbers()):
        return
    with transaction.atomic():
        imported = _unchanged(twilio).filter(number_state=NumberState.IN_STEP)
        if imported.update(number_state=NumberState.OUT_OF_STEP, number_problem=Problem.GONE):
            for membership in recipients_of(twilio.organization):
                send_number_lost.enqueue(str(twilio.id), twilio.revision, str(membership.id))


@task()
def send_number_lost(connection_id: str, revision: int, membership_id: str) -> None:
    """E-mail one member that Vapi no longer has the number; nothing where it was handed over again."""
    same = TwilioConnection.objects.with_credentials(uuid.UUID(connection_id), revision)
    twilio = same.filter(number_state=NumberState.OUT_OF_STEP).first()
    membership = recipient(membership_id)
    if twilio is None or membership is None:
        return
    number = twilio.phone_number.as_international
    send_alert("number_lost", membership, is_sandbox=twilio.is_sandbox, number=number)

"""Having Vapi answer the number, and what becomes of that when accounts change. `importing` does what is asked here."""

import logging

from django.db import transaction
from django.http import Http404

from connections.access import forget_connections
from connections.acting import lock_as_manager
from connections.importing import import_number, release_number
from connections.models import TwilioConnection, VapiConnection
from connections.problems import ProviderError
from connections.vapi.client import VapiClient
from organizations.models import Membership, Organization

logger = logging.getLogger("connections.numbers")

BEST_EFFORT = 5.0  # seconds to wait for what may as well fail


def import_anew(organization: Organization) -> bool:
    """Have the number imported (again), in the caller's transaction. False where there is none."""
    twilio = TwilioConnection.objects.for_organization(organization).select_for_update().first()
    if twilio is None:
        return False
    twilio.await_import()
    twilio.save(update_fields=["number_state", "number_problem", "revision"])
    import_number.enqueue(str(organization.pk))
    return True


@transaction.atomic
def try_again(*, actor: Membership) -> None:
    """Have the number imported once more. Raises Http404 where there is none, or what `lock_as_manager` raises."""
    member = lock_as_manager(actor)
    if not import_anew(member.organization):
        raise Http404
    forget_connections(actor.organization)


def let_go(twilio: TwilioConnection) -> None:
    """Have Vapi forget the number, in the caller's transaction, which also saves or deletes the row."""
    if twilio.vapi_number_id:
        release_number.enqueue(str(twilio.organization_id), twilio.vapi_number_id)
    twilio.vapi_number_id = ""
    twilio.await_import()


def leave_former_account(
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


def let_go_after_commit(vapi: VapiConnection, twilio: TwilioConnection) -> None:
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

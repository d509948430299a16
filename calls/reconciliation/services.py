"""The sweep of an organisation's calls: it repairs what messages missed, and is all there is where none can come."""

import logging
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone
from django_tasks import task

from assistants.models import Assistant
from calls import wire
from calls.enums import Kind, Status
from calls.models import Call, Sweep
from calls.progress.facts import Facts, UnreadableError, read_call
from calls.progress.services import apply_facts
from calls.reconciliation.missed_calls import find_missed_calls
from connections.models import TwilioConnection, VapiConnection
from connections.problems import Problem, ProviderError
from connections.vapi.answers import Call as RemoteCall
from connections.vapi.call_list import iterate_calls
from connections.vapi.client import VapiClient
from core.queue.schedule import periodic
from organizations.models import Organization

logger = logging.getLogger("calls.sweeps")

OVERLAP = timedelta(minutes=10)  # Vapi's clock and ours differ, and its list may lag behind
SILENT_FOR = timedelta(minutes=30)  # our assistants hang up after ten minutes


@periodic(every=timedelta(minutes=5))
@task()
def sweep_all() -> None:
    """Queue a sweep of every organisation that is connected, each as its own task."""
    for organization_id in VapiConnection.objects.values_list("organization_id", flat=True):
        sweep_calls.enqueue(str(organization_id))


@task()
def sweep_calls(organization_id: str) -> None:
    """Bring all calls that changed since the last sweep up to date, and those that hang; then look for missed ones.

    Where Vapi fails, the problem is noted and the next sweep starts at the same time as this one.
    """
    connections = VapiConnection.objects.select_related("organization")
    vapi = connections.filter(organization_id=uuid.UUID(organization_id)).first()
    if vapi is None:
        return
    _compare(vapi)
    find_missed_calls.enqueue(organization_id)


def _compare(vapi: VapiConnection) -> None:
    sweep, _is_new = Sweep.objects.get_or_create(organization=vapi.organization)
    began_at = timezone.now()
    try:
        outcome = _sweep(vapi, since=(sweep.complete_until or vapi.connected_at) - OVERLAP)
    except ProviderError as error:
        Sweep.objects.filter(pk=sweep.pk).update(attempted_at=began_at, problem=error.problem)
        return
    found, repaired = outcome
    Sweep.objects.filter(pk=sweep.pk).update(
        complete_until=began_at,
        attempted_at=began_at,
        problem="",
        found=found,
        repaired=F("repaired") + repaired,
    )


def _sweep(vapi: VapiConnection, *, since: datetime) -> tuple[int, int]:
    """How many calls Vapi listed that are ours, and how many of our rows changed."""
    client, organization = vapi.client(), vapi.organization
    found = repaired = 0
    for call in _list_own(client, organization, since=min(since, timezone.now())):
        found += 1
        repaired += _learn(organization, call)
    for stuck in Call.objects.for_organization(organization).stuck(silent_for=SILENT_FOR):
        repaired += _ask_for(client, stuck)
    _adopt(organization)
    return found, repaired


def _list_own(client: VapiClient, organization: Organization, *, since: datetime) -> Iterator[RemoteCall]:
    """Without the calls of other assistants in the account: it may also serve another organisation."""
    copies = Assistant.objects.for_organization(organization).exclude(vapi_id="")
    assistants = set(copies.values_list("vapi_id", flat=True))
    numbers = TwilioConnection.objects.for_organization(organization).exclude(vapi_number_id="")
    phone_numbers = set(numbers.values_list("vapi_number_id", flat=True))
    known = Call.objects.for_organization(organization)
    for call in iterate_calls(client, since=since):
        is_ours = call.assistant_id in assistants or str(call.body.get("phoneNumberId")) in phone_numbers
        if is_ours or known.filter(vapi_id=call.id).exists():
            yield call


def _learn(organization: Organization, call: RemoteCall) -> bool:
    """Whether our row changed. A call that cannot be read is logged and left out: the others must not wait for it."""
    try:
        facts = read_call(wire.select(call.body, wire.CALL))
    except UnreadableError as error:
        logger.warning("Vapi lists a call that cannot be read: %s", error, extra={"vapi_id": call.id})
        return False
    return facts is not None and apply_facts(organization, facts)


def _ask_for(client: VapiClient, call: Call) -> bool:
    """Bring up to date a call that runs for too long; whether our row changed.

    Another failure than GONE is of this call alone, since Vapi has just listed the others: the next sweep asks again.
    """
    try:
        return _learn(call.organization, client.get_call(call.vapi_id))
    except ProviderError as error:
        if error.problem == Problem.GONE:
            return apply_facts(call.organization, _end_of(call))
        logger.warning("A call that hangs is not told of: %s", error, extra={"vapi_id": call.vapi_id})
    return False


def _end_of(call: Call) -> Facts:
    """The end of a call that Vapi has deleted: when it was last heard of. Why it ended is not known."""
    return Facts(
        vapi_id=call.vapi_id,
        at=call.changed_at,
        created_at=call.created_at,
        kind=Kind(call.kind),
        status=Status.ENDED,
        ended_at=call.changed_at,
    )


def _adopt(organization: Organization) -> None:
    """Give calls to assistants whose copies' ids were stored at the very moment when the calls came."""
    calls = Call.objects.for_organization(organization).unadopted()
    for vapi_id in set(calls.values_list("assistant_vapi_id", flat=True)):
        assistant = Assistant.objects.for_organization(organization).filter(vapi_id=vapi_id).first()
        if assistant is not None:
            calls.filter(assistant_vapi_id=vapi_id).update(assistant=assistant, changed_at=timezone.now())

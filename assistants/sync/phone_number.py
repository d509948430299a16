"""Keeps Vapi's phone number pointed at the assistant that answers it."""

import uuid

from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskContext

from assistants.models import Assistant, Line
from assistants.problems import Reason
from assistants.sync.account import report_account_problem
from assistants.sync.lease import acquire_lease, release_lease, save_failure, save_outcome, save_waiting
from assistants.sync.mirrored import SyncState
from connections.problems import ProviderError
from connections.selectors import NotConnectedError, twilio_of, vapi_of
from core.queue.retry import MAX_ATTEMPTS
from organizations.models import Organization


def request_line(organization_id: uuid.UUID) -> None:
    """Have Vapi told (again) which assistant answers the number, in the caller's transaction."""
    line = Line.objects.of(organization_id)
    Line.objects.filter(pk=line.pk).mark_pending()
    synchronize_line.enqueue(str(organization_id))


def expect_line(organization: Organization) -> None:
    """Mark the line as pending for an assistant that Vapi does not know yet.

    The assistant's synchronisation calls `request_line` once there is an id to point the number at.
    """
    line = Line.objects.of(organization.pk)
    problem = "" if _vapi_number_id(organization) else Reason.NO_NUMBER
    Line.objects.filter(pk=line.pk).mark_pending(sync_problem=problem)


@task(takes_context=True)
def synchronize_line(context: TaskContext, organization_id: str) -> None:
    """Point Vapi's number at the assistant that answers it.

    Raises ProviderError for a failure that passes by itself, and LeasedError.
    """
    is_last = context.attempt >= MAX_ATTEMPTS
    while (line := acquire_lease(Line.objects.all(), uuid.UUID(organization_id))) is not None:
        if _send_revision(line, last=is_last):
            return


def _send_revision(line: Line, *, last: bool) -> bool:
    """One attempt; False where the row has a newer revision to send."""
    number_id = _vapi_number_id(line.organization)
    if not number_id:
        return save_waiting(line, Reason.NO_NUMBER)
    answering = Assistant.objects.for_organization(line.organization).answering().first()
    if answering is not None and not answering.vapi_id:
        return save_waiting(line, "")  # the assistant's own task requests the line again
    # UpdateTwilioPhoneNumberDTO; null: no assistant answers.
    payload = {"assistantId": answering.vapi_id if answering else None}
    try:
        vapi = vapi_of(line.organization)
    except NotConnectedError:
        return save_waiting(line, Reason.NOT_CONNECTED)
    try:
        vapi.client().update_phone_number(number_id, payload)
    except ProviderError as error:
        report_account_problem(error, vapi)
        return save_failure(line, error, problem=error.problem, last=last)
    return _save_sent(line)


def _save_sent(line: Line) -> bool:
    outcome = {"sync_state": SyncState.IN_STEP, "sync_problem": "", "synced_at": timezone.now()}
    saved = save_outcome(line, synced_revision=line.revision, **outcome)
    if not saved:
        release_lease(line)
    return saved


def _vapi_number_id(organization: Organization) -> str:
    """Vapi's id of the organisation's number; empty while none is imported."""
    twilio = twilio_of(organization)
    return twilio.vapi_number_id if twilio else ""

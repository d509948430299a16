"""Keeps Vapi's phone number pointed at the assistant that answers it."""

import uuid
from typing import Any

from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskContext

from assistants.models import Assistant, Line
from assistants.problems import Reason
from assistants.sync.lease import hold, let_go, note_failure, note_waiting, settle
from assistants.sync.mirrored import SyncState
from connections.problems import ProviderError
from connections.selectors import NotConnectedError, twilio_of, vapi_client
from core.queue.retry import MAX_ATTEMPTS
from organizations.models import Organization


def request_line(organization_id: uuid.UUID) -> None:
    """Have Vapi's number told (again) who answers it, in the caller's transaction."""
    line = Line.objects.of(organization_id)
    Line.objects.filter(pk=line.pk).mark_pending()
    synchronize_line.enqueue(str(organization_id))


def expect_line(organization: Organization) -> None:
    """Mark the line as pending for an assistant that Vapi does not know yet.

    Its synchronisation calls `request_line` once the assistant has an id to point the number at.
    """
    line = Line.objects.of(organization.pk)
    problem = "" if _vapi_number_id(organization) else Reason.NO_NUMBER
    Line.objects.filter(pk=line.pk).mark_pending(sync_problem=problem)


@task(takes_context=True)
def synchronize_line(context: TaskContext, organization_id: str) -> None:
    """Point Vapi's number at the assistant that answers it.

    Raises ProviderError for a failure that passes by itself, and BusyError.
    """
    is_last = context.attempt >= MAX_ATTEMPTS
    while (line := hold(Line.objects.all(), uuid.UUID(organization_id))) is not None:
        if _told(line, last=is_last):
            return


def _told(line: Line, *, last: bool) -> bool:
    """One attempt. False where the row was changed meanwhile, and there is more to tell."""
    number_id = _vapi_number_id(line.organization)
    if not number_id:
        return note_waiting(line, Reason.NO_NUMBER)
    answering = Assistant.objects.for_organization(line.organization).answering().first()
    if answering is not None and not answering.vapi_id:
        return note_waiting(line, "")  # its own task asks for the line again
    try:
        vapi_client(line.organization).update_phone_number(number_id, number_body(answering))
    except NotConnectedError:
        return note_waiting(line, Reason.NOT_CONNECTED)
    except ProviderError as error:
        return note_failure(line, error, problem=error.problem, last=last)
    outcome = {"sync_state": SyncState.IN_STEP, "sync_problem": "", "synced_at": timezone.now()}
    if settle(line, synced_revision=line.revision, **outcome):
        return True
    let_go(line)
    return False


def _vapi_number_id(organization: Organization) -> str:
    """Vapi's id of the organisation's number; empty while none is imported."""
    twilio = twilio_of(organization)
    return twilio.vapi_number_id if twilio else ""


def number_body(answering: Assistant | None) -> dict[str, Any]:
    """What Vapi is told of its number (UpdateTwilioPhoneNumberDTO); null takes whoever answered off it."""
    return {"assistantId": answering.vapi_id if answering else None}

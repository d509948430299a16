"""Having Vapi's number know which assistant answers it."""

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


def request_line(organization_id: uuid.UUID) -> None:
    """Have Vapi's number told (again) who answers it, in the caller's transaction."""
    line = Line.objects.of(organization_id)
    Line.objects.filter(pk=line.pk).mark_pending()
    synchronize_line.enqueue(str(organization_id))


@task(takes_context=True)
def synchronize_line(context: TaskContext, organization_id: str) -> None:
    """Tell Vapi's number who answers it.

    Raises ProviderError for what passes by itself, and BusyError.
    """
    is_last = context.attempt >= MAX_ATTEMPTS
    while (line := hold(Line.objects.all(), uuid.UUID(organization_id))) is not None:
        if _told(line, last=is_last):
            return


def _told(line: Line, *, last: bool) -> bool:
    """One attempt. False where the row was changed meanwhile, and there is more to tell."""
    twilio = twilio_of(line.organization)
    if twilio is None or not twilio.vapi_number_id:
        return note_waiting(line, Reason.NO_NUMBER)
    answering = Assistant.objects.for_organization(line.organization).answering().first()
    if answering is not None and not answering.vapi_id:
        return note_waiting(line, "")  # its own task asks for the line again
    try:
        vapi_client(line.organization).update_phone_number(twilio.vapi_number_id, number_body(answering))
    except NotConnectedError:
        return note_waiting(line, Reason.NOT_CONNECTED)
    except ProviderError as error:
        return note_failure(line, error, problem=error.problem, last=last)
    outcome = {"sync_state": SyncState.IN_STEP, "sync_problem": "", "synced_at": timezone.now()}
    if settle(line, synced_revision=line.revision, **outcome):
        return True
    let_go(line)
    return False


def number_body(answering: Assistant | None) -> dict[str, Any]:
    """What Vapi is told of its number (UpdateTwilioPhoneNumberDTO); null takes whoever answered off it."""
    return {"assistantId": answering.vapi_id if answering else None}

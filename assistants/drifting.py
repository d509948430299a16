"""Noticing what somebody changed at Vapi, outside AvaFirst AI."""

import uuid

from assistants.models import Assistant, SyncState
from assistants.problems import Reason
from assistants.wire import drift_of
from connections.access import NotConnectedError, vapi_client
from connections.problems import Problem, ProviderError


def compare(assistant_id: uuid.UUID) -> None:
    """Note where an assistant and its twin differ; nothing is sent.

    What is wrong with the connection itself is the connection's to tell.
    """
    rows = Assistant.objects.in_step().filter(id=assistant_id)
    assistant = rows.select_related("organization").first()
    if assistant is None:
        return
    try:
        twin = vapi_client(assistant.organization).get_assistant(assistant.vapi_id)
    except NotConnectedError:
        return
    except ProviderError as error:
        if error.problem == Problem.GONE:
            _note(assistant, Reason.LOST, [])
        return
    if drift := drift_of(twin, assistant):
        _note(assistant, Reason.CHANGED, drift)


def _note(assistant: Assistant, reason: Reason, drift: list[str]) -> None:
    """Unless it was changed here since."""
    Assistant.objects.in_step().filter(id=assistant.id, revision=assistant.revision).update(
        sync_state=SyncState.OUT_OF_STEP, sync_problem=reason, drift=drift
    )

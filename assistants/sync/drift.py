"""Noticing what somebody changed at Vapi, outside AvaFirst AI."""

import uuid
from datetime import timedelta

from django_tasks import task

from assistants.models import Assistant
from assistants.problems import Reason
from assistants.sync.mirrored import SyncState
from assistants.sync.payloads import drift_of
from connections.problems import Problem, ProviderError
from connections.selectors import NotConnectedError, vapi_client
from core.queue.schedule import periodic


@periodic(every=timedelta(hours=1))
@task()
def compare_assistants() -> None:
    """Compare every assistant with its twin, each in a task of its own."""
    for identity in Assistant.objects.in_step().values_list("id", flat=True):
        compare_assistant.enqueue(str(identity))


@task()
def compare_assistant(assistant_id: str) -> None:
    """Note where an assistant and its twin differ; nothing is sent.

    What is wrong with the connection itself is the connection's to tell.
    """
    rows = Assistant.objects.in_step().filter(id=uuid.UUID(assistant_id))
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

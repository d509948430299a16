"""Detects changes made to an assistant's copy at Vapi, outside AvaFirst AI."""

import uuid
from datetime import timedelta

from django_tasks import task

from assistants.models import PAYLOAD_VERSION, Assistant
from assistants.problems import Reason
from assistants.querysets import AssistantQuerySet
from assistants.sync.mirrored import SyncState
from assistants.sync.payloads import find_drift
from connections.problems import Problem, ProviderError
from connections.selectors import NotConnectedError, vapi_of
from connections.vapi.webhooks import webhook_server
from core.queue.schedule import periodic


@periodic(every=timedelta(hours=1))
@task()
def compare_assistants() -> None:
    """Compare every assistant with its copy, each in a task."""
    for identity in _comparable().values_list("id", flat=True):
        compare_assistant.enqueue(str(identity))


@task()
def compare_assistant(assistant_id: str) -> None:
    """Save where an assistant and its copy differ; nothing is sent.

    Problems of the connection are left to the connection's own checks.
    """
    rows = _comparable().filter(id=uuid.UUID(assistant_id))
    assistant = rows.select_related("organization").first()
    if assistant is None:
        return
    if not assistant.is_speakable:
        _mark_drifted(assistant, Reason.NO_VOICE, [])
        return
    try:
        vapi = vapi_of(assistant.organization)
        server = webhook_server(vapi)
        found = vapi.client().get_assistant(assistant.vapi_id)
    except NotConnectedError:
        return
    except ProviderError as error:
        if error.problem == Problem.GONE:
            _mark_drifted(assistant, Reason.LOST, [])
        return
    if drift := find_drift(found.body, assistant, server):
        _mark_drifted(assistant, Reason.CHANGED, drift)


def _comparable() -> AssistantQuerySet:
    """A copy sent by an earlier release differs by that alone: it is sent again soon."""
    return Assistant.objects.in_step().filter(payload_version=PAYLOAD_VERSION)


def _mark_drifted(assistant: Assistant, reason: Reason, drift: list[str]) -> None:
    """Unless the row has changed since it was compared."""
    Assistant.objects.in_step().filter(id=assistant.id, revision=assistant.revision).update(
        sync_state=SyncState.OUT_OF_STEP, sync_problem=reason, drift=drift
    )

"""Detects changes made to an assistant's copy at Vapi, outside AvaFirst AI."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django_tasks import task

from assistants.models import PAYLOAD_VERSION, Assistant
from assistants.problems import Reason
from assistants.sync.mirrored import SyncState
from assistants.sync.payloads import Payload, find_changes, find_drift
from assistants.sync.services import synchronize_assistant
from assistants.sync.vapi_version import Version, read_version
from connections.problems import Problem, ProviderError
from connections.selectors import NotConnectedError, vapi_of
from connections.vapi.webhooks import webhook_server
from core.queue.schedule import periodic


@periodic(every=timedelta(hours=1))
@task()
def compare_assistants() -> None:
    """Compare every assistant with its copy, each in a task."""
    for identity in Assistant.objects.comparable(PAYLOAD_VERSION).values_list("id", flat=True):
        compare_assistant.enqueue(str(identity))


@task()
def compare_assistant(assistant_id: str) -> None:
    """Save where an assistant and its copy differ, and what Vapi has there; what a user wrote there is not overwritten.

    A copy that was changed is compared again: it may have been changed further, or back. Problems of the connection
    are left to the connection's own checks.
    """
    rows = Assistant.objects.comparable(PAYLOAD_VERSION).filter(id=uuid.UUID(assistant_id))
    assistant = rows.select_related("organization").first()
    if assistant is None:
        return
    if not assistant.is_speakable:
        _mark_drifted(assistant, Reason.NO_VOICE)
        return
    try:
        vapi = vapi_of(assistant.organization)
        server = webhook_server(vapi)
        found = vapi.client().get_assistant(assistant.vapi_id)
    except NotConnectedError:
        return
    except ProviderError as error:
        if error.problem == Problem.GONE:
            _mark_drifted(assistant, Reason.LOST)
        return
    _save_comparison(assistant, found.body, server)


def _save_comparison(assistant: Assistant, found: Payload, server: Payload | None) -> None:
    drift = find_changes(found, assistant, server)
    if drift:
        _mark_drifted(assistant, Reason.CHANGED, drift, read_version(found, assistant, drift))
    elif find_drift(found, assistant, server):
        _send_additions(assistant)
    else:
        _save_compared(assistant, sync_state=SyncState.IN_STEP, sync_problem="", drift=[], vapi_version={})


def _mark_drifted(
    assistant: Assistant, reason: Reason, drift: Sequence[str] = (), version: Version | None = None
) -> None:
    differing = {"drift": list(drift), "vapi_version": version or {}}
    _save_compared(assistant, sync_state=SyncState.OUT_OF_STEP, sync_problem=reason, **differing)


def _send_additions(assistant: Assistant) -> None:
    """Send additions that changed while a change at Vapi waited for a user's choice, and was undone there instead."""
    same = Assistant.objects.comparable(PAYLOAD_VERSION).filter(id=assistant.id, revision=assistant.revision)
    with transaction.atomic():
        if same.mark_pending():
            synchronize_assistant.enqueue(str(assistant.id))


def _save_compared(assistant: Assistant, **found: Any) -> None:
    """Unless the row has changed since it was compared."""
    same = Assistant.objects.comparable(PAYLOAD_VERSION).filter(id=assistant.id, revision=assistant.revision)
    same.update(**found)

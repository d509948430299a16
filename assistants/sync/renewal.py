"""Sends copies again that an earlier release sent, a few at a time."""

from datetime import timedelta

from django_tasks import task

from assistants.models import PAYLOAD_VERSION, Assistant
from assistants.sync.services import synchronize_assistant
from connections.enums import ConnectionState
from core.queue.schedule import periodic

BATCH = 50  # every five minutes: edits, which share the queue, must not wait long after a release


@periodic(every=timedelta(minutes=5))
@task()
def renew_copies() -> None:
    """Queue the next assistants whose copies were sent in the form of an earlier release, where Vapi answers."""
    outdated = Assistant.objects.outdated(PAYLOAD_VERSION).order_by("-answers_calls", "id")
    reachable = outdated.filter(organization__vapiconnection__state=ConnectionState.OK)
    chosen = list(reachable.values_list("id", flat=True)[:BATCH])
    for assistant_id in chosen:
        # One by one: a row that was edited meanwhile is being sent already.
        if Assistant.objects.outdated(PAYLOAD_VERSION).filter(id=assistant_id).mark_pending():
            synchronize_assistant.enqueue(str(assistant_id))

"""How an assistant compares with its copy at Vapi: one word a state, the same on every page and in the filter."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistants.models import Assistant
from assistants.problems import Reason
from assistants.sync.mirrored import SyncState


class AssistantState(models.TextChoices):
    """The choices of the list's filter."""

    WAITING = "waiting", _("Waiting for Vapi")
    PENDING = "pending", _("Being sent")
    IN_STEP = "in_step", _("Up to date")
    CHANGED = "changed", _("Changed at Vapi")
    OUT_OF_STEP = "out_of_step", _("Not up to date")
    DELETING = "deleting", _("Being deleted")


TONES = {
    AssistantState.WAITING: "hollow",
    AssistantState.PENDING: "info",
    AssistantState.IN_STEP: "good",
    AssistantState.CHANGED: "warn",
    AssistantState.OUT_OF_STEP: "warn",
    AssistantState.DELETING: "hollow",
}


def assistant_state_of(assistant: Assistant) -> AssistantState:
    """The state of one assistant; a stored one that this release does not know counts as out of step."""
    if assistant.sync_state == SyncState.PENDING and assistant.sync_problem == Reason.NOT_CONNECTED:
        return AssistantState.WAITING
    if assistant.sync_state == SyncState.OUT_OF_STEP and assistant.sync_problem == Reason.CHANGED:
        return AssistantState.CHANGED
    known = assistant.sync_state in SyncState
    return AssistantState(assistant.sync_state) if known else AssistantState.OUT_OF_STEP


def in_state(state: str) -> Q:
    """The assistants of which `assistant_state_of` says `state`."""
    if state == AssistantState.WAITING:
        return Q(sync_state=SyncState.PENDING, sync_problem=Reason.NOT_CONNECTED)
    if state == AssistantState.CHANGED:
        return Q(sync_state=SyncState.OUT_OF_STEP, sync_problem=Reason.CHANGED)
    apart = Q(sync_state=SyncState.PENDING, sync_problem=Reason.NOT_CONNECTED) | Q(
        sync_state=SyncState.OUT_OF_STEP, sync_problem=Reason.CHANGED
    )
    return Q(sync_state=state) & ~apart

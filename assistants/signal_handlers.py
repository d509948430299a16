"""Reactions of assistants to changes of the organisation's accounts at Vapi and Twilio."""

from collections.abc import Collection
from typing import Any

from assistants.models import Assistant, Line
from assistants.problems import Reason
from assistants.querysets import AssistantQuerySet
from assistants.sync.mirrored import SyncState
from assistants.sync.phone_number import request_line
from assistants.sync.recovery import resume_organization
from assistants.sync.services import synchronize_assistant
from assistants.sync.webhook_secret import retire_former_secret
from connections.enums import Provider
from connections.health.checks import connection_recovered
from connections.phone_number import number_forgotten, number_imported
from connections.services import connection_cut
from connections.vapi.services import vapi_connected
from connections.vapi.webhooks import webhook_secret_replaced
from organizations.facts.services import facts_changed
from organizations.models import Organization


def connect() -> None:
    """Subscribe to the signals; called once, when the apps are ready."""
    connection_cut.connect(_mark_disconnected, dispatch_uid="assistants.cut")
    vapi_connected.connect(_resume_waiting, dispatch_uid="assistants.connected")
    connection_recovered.connect(_resume_recovered, dispatch_uid="assistants.recovered")
    webhook_secret_replaced.connect(_send_new_secret, dispatch_uid="assistants.secret")
    number_imported.connect(_request_line, dispatch_uid="assistants.imported")
    number_forgotten.connect(_await_number, dispatch_uid="assistants.forgotten")
    facts_changed.connect(_send_facts, dispatch_uid="assistants.facts")


def _send_facts(sender: type, organization: Organization, **_kwargs: Any) -> None:
    """Send every assistant of the organisation again: the facts are part of its instructions."""
    _send_again(Assistant.objects.for_organization(organization).told_facts())


def _send_again(rows: AssistantQuerySet) -> None:
    """Have Vapi told of each row that is among `rows` still: one that is deleted meanwhile stays so."""
    for pk in rows.values_list("pk", flat=True):
        if rows.filter(pk=pk).mark_pending():
            synchronize_assistant.enqueue(str(pk))


def _mark_disconnected(sender: type, organization: Organization, provider: str, **_kwargs: Any) -> None:
    """Mark what can no longer reach the provider as pending, until an account is connected again."""
    lines = Line.objects.for_organization(organization)
    if provider == Provider.TWILIO:
        lines.mark_pending(sync_problem=Reason.NO_NUMBER)
    elif provider == Provider.VAPI:
        # The copies stay in the customer's Vapi account, where recovery finds them again by their metadata.
        assistants = Assistant.objects.for_organization(organization)
        assistants.filter(sync_state=SyncState.DELETING).delete()
        assistants.forget_copies(sync_problem=Reason.NOT_CONNECTED)
        lines.mark_pending(sync_problem=Reason.NOT_CONNECTED)


def _resume_waiting(sender: type, organization: Organization, held: Collection[str], **_kwargs: Any) -> None:
    _forget_foreign_copies(organization, held)
    resume_organization(organization)


def _resume_recovered(sender: type, organization: Organization, **_kwargs: Any) -> None:
    resume_organization(organization)


def _send_new_secret(sender: type, organization: Organization, **_kwargs: Any) -> None:
    """Have every copy sent again. Those that are out of step stay so: their owner has to decide."""
    sent = (SyncState.IN_STEP, SyncState.PENDING)
    _send_again(Assistant.objects.for_organization(organization).filter(sync_state__in=sent))
    retire_former_secret(organization)


def _forget_foreign_copies(organization: Organization, held: Collection[str]) -> None:
    """Have copies created for those that the account does not hold: they are in an account used before."""
    copied = Assistant.objects.for_organization(organization).exclude(vapi_id="")
    lost = [pk for pk, vapi_id in copied.values_list("pk", "vapi_id") if vapi_id not in held]
    if not lost:
        return
    foreign = Assistant.objects.filter(pk__in=lost)
    foreign.filter(sync_state=SyncState.DELETING).delete()
    foreign.forget_copies()
    for pk in lost:
        synchronize_assistant.enqueue(str(pk))
    # Its assistant is requested for it once there is a copy.
    Line.objects.for_organization(organization).exclude(sync_problem=Reason.NO_NUMBER).mark_pending()


def _await_number(sender: type, organization: Organization, **_kwargs: Any) -> None:
    """The import requests the line."""
    Line.objects.for_organization(organization).mark_pending()


def _request_line(sender: type, organization: Organization, **_kwargs: Any) -> None:
    request_line(organization.pk)

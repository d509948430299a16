"""Reactions of assistants to changes of the organisation's accounts at Vapi and Twilio."""

from typing import Any

from assistants.models import Assistant, Line
from assistants.problems import Reason
from assistants.sync.mirrored import SyncState
from assistants.sync.phone_number import request_line
from assistants.sync.recovery import resume
from connections.enums import Provider
from connections.phone_number import number_imported
from connections.services import connection_cut
from connections.vapi.services import vapi_connected
from organizations.models import Organization


def connect() -> None:
    """Subscribe to the signals; called once, when the apps are ready."""
    connection_cut.connect(_mark_disconnected, dispatch_uid="assistants.cut")
    vapi_connected.connect(_resume_waiting, dispatch_uid="assistants.connected")
    number_imported.connect(_request_line, dispatch_uid="assistants.imported")


def _mark_disconnected(sender: type, organization: Organization, provider: str, **_kwargs: Any) -> None:
    """Mark what can no longer reach the provider as pending, until an account is connected again."""
    lines = Line.objects.for_organization(organization)
    if provider == Provider.TWILIO:
        lines.mark_pending(sync_problem=Reason.NO_NUMBER)
    elif provider == Provider.VAPI:
        lines.mark_pending(sync_problem=Reason.NOT_CONNECTED)
        # The copies stay in the customer's Vapi account, where recovery finds them again by their metadata.
        assistants = Assistant.objects.for_organization(organization)
        assistants.filter(sync_state=SyncState.DELETING).delete()
        assistants.mark_pending(sync_problem=Reason.NOT_CONNECTED, vapi_id="")


def _resume_waiting(sender: type, organization: Organization, **_kwargs: Any) -> None:
    resume.enqueue()


def _request_line(sender: type, organization: Organization, **_kwargs: Any) -> None:
    request_line(organization.pk)

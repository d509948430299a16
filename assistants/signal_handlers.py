"""What happens here when something happens to the accounts below."""

from typing import Any

from assistants.models import Assistant, Line
from assistants.problems import Reason
from assistants.sync.mirrored import SyncState
from assistants.sync.phone_number import request_line
from assistants.sync.recovery import resume
from connections.phone_number import number_imported
from connections.problems import Provider
from connections.services import connection_cut, vapi_connected
from organizations.models import Organization


def connect() -> None:
    """Hear of them; called once, when the apps are ready."""
    connection_cut.connect(_wait_for_another, dispatch_uid="assistants.cut")
    vapi_connected.connect(_send_what_waited, dispatch_uid="assistants.connected")
    number_imported.connect(_tell_number, dispatch_uid="assistants.imported")


def _wait_for_another(sender: type, organization: Organization, provider: str, **_kwargs: Any) -> None:
    """Rows wait for the next account. The copies stay in the customer's, where that account finds them again."""
    lines = Line.objects.for_organization(organization)
    if provider == Provider.TWILIO:
        lines.mark_pending(sync_problem=Reason.NO_NUMBER)
        return
    lines.mark_pending(sync_problem=Reason.NOT_CONNECTED)
    assistants = Assistant.objects.for_organization(organization)
    assistants.filter(sync_state=SyncState.DELETING).delete()
    assistants.mark_pending(sync_problem=Reason.NOT_CONNECTED, vapi_id="")


def _send_what_waited(sender: type, organization: Organization, **_kwargs: Any) -> None:
    resume.enqueue()


def _tell_number(sender: type, organization: Organization, **_kwargs: Any) -> None:
    request_line(organization.pk)

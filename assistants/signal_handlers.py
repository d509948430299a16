"""What happens here when something happens to the accounts below."""

from typing import Any

from django.db.models import F
from django.utils import timezone

from assistants.models import Assistant, Line, SyncState
from assistants.problems import Reason
from assistants.sync.phone_number import request_line
from assistants.sync.recovery import resume
from connections.enums import Provider
from connections.phone_number import number_imported
from connections.services import connection_cut
from connections.vapi.services import vapi_connected
from organizations.models import Organization


def connect() -> None:
    """Hear of them; called once, when the apps are ready."""
    connection_cut.connect(_wait_for_another, dispatch_uid="assistants.cut")
    vapi_connected.connect(_send_what_waited, dispatch_uid="assistants.connected")
    number_imported.connect(_tell_number, dispatch_uid="assistants.imported")


def _wait_for_another(sender: type, organization: Organization, provider: str, **_kwargs: Any) -> None:
    """What stood on the account waits. The twins stay in the customer's own, where a next connection finds them."""
    lines = Line.objects.for_organization(organization)
    if provider == Provider.TWILIO:
        lines.update(**_waiting(Reason.NO_NUMBER))
        return
    lines.update(**_waiting(Reason.NOT_CONNECTED))
    assistants = Assistant.objects.for_organization(organization)
    assistants.filter(sync_state=SyncState.DELETING).delete()
    assistants.update(**_waiting(Reason.NOT_CONNECTED), vapi_id="", drift=[])


def _waiting(reason: Reason) -> dict[str, Any]:
    return {
        "sync_state": SyncState.PENDING,
        "sync_problem": reason,
        "revision": F("revision") + 1,
        "changed_at": timezone.now(),
    }


def _send_what_waited(sender: type, organization: Organization, **_kwargs: Any) -> None:
    resume.enqueue()


def _tell_number(sender: type, organization: Organization, **_kwargs: Any) -> None:
    request_line(organization.pk)

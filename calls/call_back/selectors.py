"""Whether a caller can be called back, and by which assistants."""

from functools import lru_cache

from assistants.models import Assistant
from assistants.sync.mirrored import SyncState
from calls.models import Call
from connections.selectors import connections_for
from core.web.phone_fields import is_callable
from organizations.access import OrganizationRequest
from organizations.models import Organization
from organizations.permissions import Permission

_is_callable = lru_cache(maxsize=4096)(is_callable)


def callers(organization: Organization) -> list[Assistant]:
    """The assistants that Vapi has. The one that answers the number comes first."""
    kept = Assistant.objects.for_organization(organization).exclude(sync_state=SyncState.DELETING)
    return list(kept.exclude(vapi_id="").order_by("-answers_calls", "-created_at"))


def may_call_back(request: OrganizationRequest) -> bool:
    """Whether the member may have callers called back, and there is a number at Vapi and an assistant for it."""
    connected = connections_for(request, request.organization)
    if not request.membership.may(Permission.CALL_BACK) or connected.vapi is None:
        return False
    if connected.twilio is None or not connected.twilio.vapi_number_id:
        return False
    own = Assistant.objects.for_organization(request.organization)
    return own.exclude(sync_state=SyncState.DELETING).exclude(vapi_id="").exists()


def is_callable_back(call: Call) -> bool:
    """Whether the call is over, and its number known, not ours, and an ordinary one (emergency numbers are none)."""
    number = call.customer_number
    return call.has_ended and bool(number) and number != call.our_number and _is_callable(number)

"""Has an assistant call a number that was on the phone."""

from assistants.models import Assistant
from assistants.preview.call import NoNumberError
from assistants.preview.chat import NotAtVapiError
from calls import wire
from calls.models import Call
from calls.progress.facts import UnreadableError, read_call
from calls.progress.services import apply_facts
from connections.rate_limits import hit_call_back
from connections.selectors import twilio_of, vapi_client
from connections.vapi.answers import Call as RemoteCall
from organizations.audit_log.services import record_by
from organizations.models import Membership, Organization


def call_back(*, actor: Membership, call: Call, assistant: Assistant) -> Call | None:
    """Have the assistant call the number of `call`; the new call, or None where Vapi's answer does not tell enough.

    Raises NoNumberError, NotAtVapiError, NotConnectedError, ProviderError, LimitedError.
    """
    twilio = twilio_of(actor.organization)
    if twilio is None or not twilio.vapi_number_id:
        raise NoNumberError
    if not assistant.vapi_id:
        raise NotAtVapiError
    client = vapi_client(actor.organization)
    to = call.customer_number
    hit_call_back(actor.organization, to)
    placed = client.create_call(assistant_id=assistant.vapi_id, phone_number_id=twilio.vapi_number_id, to=to)
    record_by(actor, "calls.called_back", assistant, number=f"{to[:-4]}••••")
    return _store(actor.organization, placed)


def _store(organization: Organization, placed: RemoteCall) -> Call | None:
    """The call's row at once, so that its page can follow it; messages and sweeps tell the rest."""
    try:
        facts = read_call(wire.select(placed.body, wire.CALL))
    except UnreadableError:
        return None
    if facts is not None:
        apply_facts(organization, facts)
    return Call.objects.for_organization(organization).filter(vapi_id=placed.id).first()

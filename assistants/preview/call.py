"""Test calls: the assistant calls the user's telephone, or in trial mode a caller that the sandbox plays."""

from datetime import timedelta

from phonenumber_field.phonenumber import PhoneNumber

from assistants.models import Assistant
from assistants.preview.chat import NotAtVapiError
from connections.models import TwilioConnection
from connections.problems import Problem, ProviderError
from connections.rate_limits import hit_test_call
from connections.selectors import twilio_of, vapi_client
from connections.vapi.answers import Call
from connections.vapi.client import TEST_CALL_NAME
from core.security.rate_limits import Limit, hit
from organizations.audit_log.services import record_by
from organizations.models import Membership, Organization

# Fictional numbers (ARCEP's range) that the sandbox answers with a caller of its own; by what that caller wants.
PLAYED_NUMBERS = {"appointment": "+33639980011", "questions": "+33639980012", "message": "+33639980013"}
PLAYED_CALLS = Limit("assistants.played_calls", hits=60, per=timedelta(hours=1))


class NoNumberError(Exception):
    """The organisation has no number that Vapi could call from."""


def call_for_preview(*, actor: Membership, assistant: Assistant, number: PhoneNumber) -> str:
    """Have the assistant call a number from the organisation's; the id of the call at Vapi.

    Raises NotAtVapiError, NoNumberError, NotConnectedError, ProviderError, LimitedError.
    """
    twilio = _check(actor.organization, assistant)
    client = vapi_client(actor.organization)
    to = str(number.as_e164)
    hit_test_call(actor.organization, to)
    call = client.create_call(
        assistant_id=assistant.vapi_id, phone_number_id=twilio.vapi_number_id, to=to, name=TEST_CALL_NAME
    )
    record_by(actor, "assistants.called", assistant, number=f"{to[:-4]}••••")
    return call.id


def play_call(*, actor: Membership, assistant: Assistant, caller: str) -> str:
    """Have the sandbox play a call with one of PLAYED_NUMBERS; its id. Raises what `call_for_preview` raises."""
    twilio = _check(actor.organization, assistant)
    client = vapi_client(actor.organization)
    hit(PLAYED_CALLS, str(actor.organization.pk))
    to = PLAYED_NUMBERS[caller]
    return client.create_call(assistant_id=assistant.vapi_id, phone_number_id=twilio.vapi_number_id, to=to).id


def _check(organization: Organization, assistant: Assistant) -> TwilioConnection:
    twilio = twilio_of(organization)
    if not assistant.vapi_id:
        raise NotAtVapiError
    if twilio is None or not twilio.vapi_number_id:
        raise NoNumberError
    return twilio


def find_call(assistant: Assistant, call_id: str) -> Call | None:
    """One of this assistant's calls as it is now; None for any other id.

    Raises NotConnectedError, or ProviderError where Vapi does not answer.
    """
    try:
        call = vapi_client(assistant.organization).get_call(call_id)
    except ProviderError as error:
        if error.problem == Problem.GONE:
            return None
        raise
    return call if assistant.vapi_id and call.assistant_id == assistant.vapi_id else None


def hang_up_call(organization: Organization, call: Call) -> None:
    """End a call at Twilio: Vapi's API deletes calls, and ends none. Raises NoNumberError, ProviderError."""
    twilio = twilio_of(organization)
    if twilio is None:
        raise NoNumberError
    twilio.client().end_call(call.carrier_id)

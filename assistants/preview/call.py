"""Test calls: the assistant calls a number that the user types."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber

from assistants.models import Assistant
from assistants.preview.chat import NotAtVapiError
from connections.problems import Problem, ProviderError
from connections.rate_limits import hit_test_call
from connections.selectors import twilio_of, vapi_client
from connections.vapi.client import TEST_CALL_NAME
from organizations.audit_log.services import record_by
from organizations.models import Membership


class NoNumberError(Exception):
    """The organisation has no number that Vapi could call from."""


ENDED = "ended"
SENTENCES: dict[str, str | Promise] = {
    "scheduled": _("The call is being prepared."),
    "queued": _("The number is being dialled."),
    "ringing": _("It is ringing: pick up."),
    "in-progress": _("You are on the line with your assistant."),
    "forwarding": _("The call is being passed on."),
    ENDED: _("The call is over."),
}
# Vapi's `endedReason`, where the user can do something about it.
ENDINGS: dict[str, str | Promise] = {
    "customer-busy": _("The line was busy."),
    "customer-did-not-answer": _("Nobody picked up."),
    "voicemail": _("A voicemail picked up."),
    "twilio-failed-to-connect-call": _("Twilio could not reach this number."),
}


@dataclass(frozen=True)
class Progress:
    """A call's `status` at Vapi, and the sentences for it."""

    status: str
    sentence: str | Promise
    ending: str | Promise

    @property
    def is_over(self) -> bool:
        return self.status not in SENTENCES or self.status == ENDED


def call_for_preview(*, actor: Membership, assistant: Assistant, number: PhoneNumber) -> str:
    """Have the assistant call a number from the organisation's; the id of the call at Vapi.

    Raises NotAtVapiError, NoNumberError, NotConnectedError, ProviderError, LimitedError.
    """
    organization = actor.organization
    twilio = twilio_of(organization)
    if not assistant.vapi_id:
        raise NotAtVapiError
    if twilio is None or not twilio.vapi_number_id:
        raise NoNumberError
    client = vapi_client(organization)
    to = str(number.as_e164)
    hit_test_call(organization, to)
    call = client.create_call(
        assistant_id=assistant.vapi_id, phone_number_id=twilio.vapi_number_id, to=to, name=TEST_CALL_NAME
    )
    record_by(actor, "assistants.called", assistant, number=f"{to[:-4]}••••")
    return call.id


def read_progress(assistant: Assistant, call_id: str) -> Progress | None:
    """The progress of one of this assistant's calls; None for any other id.

    Raises NotConnectedError, or ProviderError where Vapi does not answer.
    """
    try:
        call = vapi_client(assistant.organization).get_call(call_id)
    except ProviderError as error:
        if error.problem == Problem.GONE:
            return None
        raise
    if not assistant.vapi_id or call.assistant_id != assistant.vapi_id:
        return None
    sentence = SENTENCES.get(call.status, SENTENCES[ENDED])
    return Progress(call.status, sentence, ENDINGS.get(call.ended_reason, ""))

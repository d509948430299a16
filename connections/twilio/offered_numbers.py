"""The numbers of an account at Twilio, to choose from, each with what takes its calls today."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber
from phonenumber_field.phonenumber import to_python as parse_number

from connections.twilio.answers import IncomingNumber
from connections.twilio.client import TwilioClient
from connections.twilio.services import former_target, is_vapi


@dataclass(frozen=True)
class OfferedNumber:
    """A number that takes calls, and a sentence about what answers them today."""

    number: PhoneNumber
    answered_by: str

    @property
    def value(self) -> str:
        return str(self.number.as_e164)


def read_offered_numbers(client: TwilioClient) -> list[OfferedNumber]:
    """The numbers of the account that take calls. Raises ProviderError."""
    parsed = [(parse_number(each.phone_number), each) for each in client.list_numbers() if each.voice]  # type: ignore[no-untyped-call]
    return [
        OfferedNumber(number, _answered_by(each)) for number, each in parsed if number and number.is_valid()
    ]


def _answered_by(number: IncomingNumber) -> str:
    target = {"target": former_target(number)}
    if number.trunk_sid:
        return _("A SIP trunk answers it today: %(target)s.") % target
    if number.application_sid:
        return _("An application at Twilio answers it today: %(target)s.") % target
    if is_vapi(number.voice_url):
        return _("Vapi answers it already.")
    return _("%(target)s answers it today.") % target if target["target"] else _("Nothing answers it today.")

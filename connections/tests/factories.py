from factory import SubFactory
from factory.django import DjangoModelFactory

from connections.models import TwilioConnection, VapiConnection
from organizations.tests.factories import OrganizationFactory

VAPI_KEY = "11d6f2ce-0b7a-4d2b-9e0b-canaryvapi77"
TWILIO_SID = "AC0123456789abcdef0123456789abcdef"
TWILIO_TOKEN = "c4a4a4f7711c00c4a4a4f7711c0c0777"


class VapiConnectionFactory(DjangoModelFactory[VapiConnection]):
    """A working account."""

    class Meta:
        model = VapiConnection

    organization = SubFactory(OrganizationFactory)
    region = "eu"
    private_key = VAPI_KEY
    key_hint = VAPI_KEY[-4:]


class TwilioConnectionFactory(DjangoModelFactory[TwilioConnection]):
    """A working account; its number is not imported into Vapi yet."""

    class Meta:
        model = TwilioConnection

    organization = SubFactory(OrganizationFactory)
    endpoint = "live"
    account_sid = TWILIO_SID
    auth_token = TWILIO_TOKEN
    token_hint = TWILIO_TOKEN[-4:]
    phone_number = "+33939035501"
    phone_number_sid = "PN0123456789abcdef0123456789abcdef"

"""A test call from the organisation's number, placed by Twilio without an assistant."""

from xml.sax.saxutils import escape

from django.utils.translation import gettext, override
from phonenumber_field.phonenumber import PhoneNumber

from connections.twilio.model import TwilioConnection
from organizations.audit_log.services import record_by
from organizations.models import Membership, Organization

# Attributes of <Say>: the language, and a voice where Twilio has no default one: twilio.com/docs/voice/twiml/say.
SPEECH = {
    "fr": 'language="fr-FR"',
    "en": 'language="en-GB"',
    "he": 'language="he-IL" voice="Google.he-IL-Standard-A"',
}


def call_from_number(twilio: TwilioConnection, *, actor: Membership, to: PhoneNumber) -> None:
    """Call `to` from the organisation's number and play an announcement. Raises ProviderError."""
    twiml = announcement(actor.organization)
    twilio.client().create_call(to=str(to.as_e164), from_=twilio.number, twiml=twiml)
    record_by(actor, "connections.test_call", twilio)


def announcement(organization: Organization) -> str:
    """The announcement as TwiML, in the organisation's language."""
    with override(organization.locale):
        words = gettext(
            "Hello. This is a test call from AvaFirst AI, for %(name)s. You hear this, so your number works. Goodbye."
        )
    said = escape(words % {"name": organization.name})
    return f"<Response><Say {SPEECH[organization.locale]}>{said}</Say></Response>"

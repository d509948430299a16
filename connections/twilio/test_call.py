"""A test call from an organisation's number: proof that Twilio rings."""

from xml.sax.saxutils import escape

from django.utils.translation import gettext, override
from phonenumber_field.phonenumber import PhoneNumber

from connections.selectors import NotConnectedError, twilio_of
from organizations.audit_log.services import record_by
from organizations.models import Membership, Organization

# The language Twilio speaks in, and the voice where it has none of its own for that: twilio.com/docs/voice/twiml/say.
SPEECH = {
    "fr": 'language="fr-FR"',
    "en": 'language="en-GB"',
    "he": 'language="he-IL" voice="Google.he-IL-Standard-A"',
}


def place_test_call(*, actor: Membership, to: PhoneNumber) -> None:
    """Ring `to` from the organisation's number, and say in its language that all is well.

    Raises NotConnectedError without a Twilio account, ProviderError where Twilio does not ring.
    """
    organization = actor.organization
    twilio = twilio_of(organization)
    if twilio is None:
        raise NotConnectedError
    twilio.client().create_call(to=str(to.as_e164), from_=twilio.number, twiml=announcement(organization))
    record_by(actor, "connections.test_call", twilio)


def announcement(organization: Organization) -> str:
    """What is said, as TwiML."""
    with override(organization.locale):
        words = gettext(
            "Hello. This is a test call from AvaFirst AI, for %(name)s. You hear this, so your number works. Goodbye."
        )
    said = escape(words % {"name": organization.name})
    return f"<Response><Say {SPEECH[organization.locale]}>{said}</Say></Response>"

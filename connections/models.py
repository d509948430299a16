"""The connections of all providers; each model stands in its provider's package."""

from connections.twilio.model import TwilioConnection
from connections.vapi.model import VapiConnection

__all__ = ["TwilioConnection", "VapiConnection"]

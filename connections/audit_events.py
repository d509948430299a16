"""Sentences for the audit events of connections."""

from django.utils.translation import gettext_lazy as _

from core.audit.descriptions import EventGroup, Words

EVENTS: dict[EventGroup, dict[str, Words]] = {
    EventGroup("connections", _("Connections"), rank=4): {
        "connections.vapi_connected": _("Connected Vapi."),
        "connections.vapi_replaced": _("Replaced the key of Vapi."),
        "connections.vapi_cut": _("Disconnected Vapi."),
        "connections.webhook_secret_replaced": _("Replaced the password with which Vapi announces calls."),
        "connections.vapi_failing": _("The connection to Vapi stopped working."),
        "connections.vapi_recovered": _("The connection to Vapi works again."),
        "connections.twilio_connected": _("Connected Twilio with the number {number}."),
        "connections.twilio_replaced": _("Replaced the account of Twilio; the number is {number}."),
        "connections.twilio_cut": _("Disconnected Twilio."),
        "connections.twilio_failing": _("The connection to Twilio stopped working."),
        "connections.twilio_recovered": _("The connection to Twilio works again."),
        "connections.test_call": _("Placed a test call."),
    },
}

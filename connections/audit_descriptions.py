"""Sentences for the audit page about events of the connections."""

from django.utils.translation import gettext_lazy as _

from organizations.audit_log.descriptions import describe


def connect() -> None:
    """Register the sentences; called once by AppConfig.ready."""
    describe(
        "connections",
        _("Connections"),
        {
            "connections.vapi_connected": _("Connected Vapi."),
            "connections.vapi_replaced": _("Replaced the key of Vapi."),
            "connections.vapi_cut": _("Disconnected Vapi."),
            "connections.vapi_failing": _("The connection to Vapi stopped working."),
            "connections.vapi_recovered": _("The connection to Vapi works again."),
            "connections.twilio_connected": _("Connected Twilio with the number {number}."),
            "connections.twilio_replaced": _("Replaced the account of Twilio; the number is {number}."),
            "connections.twilio_cut": _("Disconnected Twilio."),
            "connections.twilio_failing": _("The connection to Twilio stopped working."),
            "connections.twilio_recovered": _("The connection to Twilio works again."),
            "connections.test_call": _("Placed a test call."),
        },
    )

"""The app of calls."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    """Calls: Vapi's messages, transcripts, costs, and the comparison with Vapi's list."""

    name = "calls"
    verbose_name = _("Calls")

    def ready(self) -> None:
        from calls import audit_events
        from core.audit.descriptions import register_events

        register_events(audit_events.EVENTS)

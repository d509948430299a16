"""The app of calls."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    """Calls: Vapi's messages, transcripts, costs, and the comparison with Vapi's list."""

    name = "calls"
    verbose_name = _("Calls")

    def ready(self) -> None:
        from calls import audit_events, retention, signal_handlers  # noqa: F401 - importing it schedules its task
        from calls.costs import twilio  # noqa: F401 - importing it schedules its task
        from calls.erasure import services as erasures  # noqa: F401 - the same
        from calls.inbox import cleanup  # noqa: F401 - the same
        from calls.reconciliation import services  # noqa: F401 - the same
        from calls.recordings import deletion  # noqa: F401 - the same
        from core.audit.descriptions import register_events

        signal_handlers.connect()
        register_events(audit_events.EVENTS)

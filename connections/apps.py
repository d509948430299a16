"""The providers an organisation works with, and the credentials it entrusts to us for that."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConnectionsConfig(AppConfig):
    """The providers an organisation works with, and the credentials it entrusts to us for that."""

    name = "connections"
    verbose_name = _("Connections")

    def ready(self) -> None:
        """Subscribe to deleted organisations, describe audit events, and schedule the checks."""
        from connections import audit_events, services
        from connections.health import checks  # noqa: F401 - importing checks schedules them
        from core.audit.descriptions import register_events

        services.connect()
        register_events(audit_events.EVENTS)

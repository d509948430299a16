from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    """Organisations, memberships and invitations."""

    name = "organizations"
    verbose_name = _("Organisations")

    def ready(self) -> None:
        from core.audit.descriptions import register_events
        from organizations import audit_events, signal_handlers
        from organizations.invitations import bounces

        signal_handlers.connect()
        bounces.connect()
        register_events(audit_events.EVENTS, audit_events.LABELS)

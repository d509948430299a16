from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConnectionsConfig(AppConfig):
    """The app's registration, signal handlers and periodic checks."""

    name = "connections"
    verbose_name = _("Connections")

    def ready(self) -> None:
        from connections import audit_events
        from connections.health import checks  # noqa: F401 - importing checks schedules them
        from connections.phone_number import release_before_organization_is_deleted
        from connections.provider import sandbox_keys_of
        from core.audit.descriptions import register_events
        from core.sandbox_keys import register_keys
        from organizations.settings.services import organization_deleting

        organization_deleting.connect(
            release_before_organization_is_deleted, dispatch_uid="connections.organization_deleting"
        )
        register_events(audit_events.EVENTS)
        register_keys(sandbox_keys_of)

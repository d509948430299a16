"""Users, their sign-in links and their sessions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, their sign-in links, their sessions."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Subscribe to bounced mails, describe audit events, and schedule the clean-up."""
        from accounts import audit_events, bounces, cleanup  # noqa: F401 - importing cleanup schedules it
        from core.audit.descriptions import register_events

        bounces.connect()
        register_events(audit_events.EVENTS)

"""Who works together, and what each may do."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    """Organisations, their people, their roles."""

    name = "organizations"
    verbose_name = _("Organisations")

    def ready(self) -> None:
        """Have a say when an account closes."""
        from organizations import signal_handlers

        signal_handlers.connect()

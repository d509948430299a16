"""The providers an organisation works with, and the credentials it entrusts to us for that."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConnectionsConfig(AppConfig):
    """The providers an organisation works with, and the credentials it entrusts to us for that."""

    name = "connections"
    verbose_name = _("Connections")

    def ready(self) -> None:
        """Have a say when an organisation ends, and words in its audit."""
        from connections import cutting, wording

        cutting.connect()
        wording.connect()

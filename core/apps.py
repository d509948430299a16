"""The app below all others."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Holds what every app may use; imports no other app."""

    name = "core"
    verbose_name = _("Operation")

    def ready(self) -> None:
        from core.mail import delivery
        from core.queue import cleanup, retry  # noqa: F401 - importing cleanup schedules it

        retry.connect()
        delivery.connect()

"""The leaf room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """What every room may use and that knows no room."""

    name = "core"
    verbose_name = _("Operation")

    def ready(self) -> None:
        """Subscribe the queue to failed tasks, and schedule the clean-up."""
        from core.queue import cleanup, retry  # noqa: F401 - importing cleanup schedules it

        retry.connect()

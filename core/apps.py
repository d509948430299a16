"""The leaf room."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """What every room may use and that knows no room."""

    name = "core"
    verbose_name = _("Operation")

    def ready(self) -> None:
        """Let the queue hear of tasks that failed, and find the tasks of every room."""
        from core.queue import retry

        retry.connect()
        autodiscover_modules("tasks")

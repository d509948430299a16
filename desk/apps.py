"""The app of the desk."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """Requests of callers, and questions without an answer."""

    name = "desk"
    verbose_name = _("Requests")

    def ready(self) -> None:
        from core.audit.descriptions import register_events
        from core.web.page_slots import register_slot
        from desk import audit_events, signal_handlers, slot
        from desk.budget import alerts  # noqa: F401 - importing them schedules their tasks
        from desk.notices import cleanup, schedule  # noqa: F401

        signal_handlers.connect()
        register_slot("desk-count", slot.render_count)
        register_events(audit_events.EVENTS, audit_events.LABELS)

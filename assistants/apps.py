"""The app of assistants and their copies at Vapi."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssistantsConfig(AppConfig):
    """Assistants and their copies at Vapi."""

    name = "assistants"
    verbose_name = _("Assistants")

    def ready(self) -> None:
        from assistants import audit_events, signal_handlers
        from assistants.line import slot
        from assistants.speaker import find_speaker
        from assistants.sync import drift, recovery, renewal  # noqa: F401 - importing them schedules their tasks
        from core.audit.descriptions import register_events
        from core.web.page_slots import register_slot
        from organizations.facts.speaker import register_finder

        signal_handlers.connect()
        register_finder(find_speaker)
        register_slot("head", slot.render_head)
        register_slot("line", slot.render_line)
        register_events(audit_events.EVENTS, audit_events.LABELS)

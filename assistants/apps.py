"""The voices that answer for an organisation, and their twins at Vapi."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssistantsConfig(AppConfig):
    """The voices that answer for an organisation, and their twins at Vapi."""

    name = "assistants"
    verbose_name = _("Assistants")

    def ready(self) -> None:
        """Hear of the accounts, and give the audit its words."""
        from assistants import receivers, records

        receivers.connect()
        records.describe_events()

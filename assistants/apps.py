"""The voices that answer for an organisation, and their twins at Vapi."""

from django.apps import AppConfig


class AssistantsConfig(AppConfig):
    """The voices that answer for an organisation, and their twins at Vapi."""

    name = "assistants"

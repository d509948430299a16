from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OnboardingConfig(AppConfig):
    """The set-up: pages made of the apps below, and their progress."""

    name = "onboarding"
    verbose_name = _("Set-up")

    def ready(self) -> None:
        from core.audit.descriptions import register_events
        from onboarding import audit_events

        register_events(audit_events.EVENTS)

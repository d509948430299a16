"""The guided steps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OnboardingConfig(AppConfig):
    """Composes the rooms below; owns only its progress."""

    name = "onboarding"
    verbose_name = _("Set-up")

    def ready(self) -> None:
        """Give the audit page its words."""
        from organizations.audit_log.descriptions import describe

        describe("settings", _("Settings"), {"onboarding.completed": _("Finished the set-up.")})

"""The guided steps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OnboardingConfig(AppConfig):
    """Composes the rooms below; owns only its progress."""

    name = "onboarding"
    verbose_name = _("Set-up")

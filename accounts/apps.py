"""Who you are."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, their sign-in links, their sessions."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Hear of mails that came back."""
        from accounts import bounces

        bounces.connect()

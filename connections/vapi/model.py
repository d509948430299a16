"""The organisation's account at Vapi, which gives the assistants their voice."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from connections.base import HINT_LENGTH, TIMEOUT, Connection
from connections.enums import Provider
from connections.vapi.client import VapiClient, VapiRegion, vapi_url
from core.security.encryption import EncryptedTextField


class VapiConnection(Connection):
    """An organisation's account at Vapi."""

    provider = Provider.VAPI

    region = models.CharField(_("region"), max_length=8, choices=VapiRegion.choices)
    private_key = EncryptedTextField(_("private key"))
    key_hint = models.CharField(_("ends in"), max_length=HINT_LENGTH)
    # Only `connections.vapi.webhooks` writes the three. All are empty until an assistant is first sent.
    webhook_secret = EncryptedTextField(blank=True, default="", db_default="")
    webhook_secret_hash = models.CharField(
        max_length=64, blank=True, default="", db_default="", editable=False
    )
    former_webhook_secret_hash = models.CharField(
        max_length=64, blank=True, default="", db_default="", editable=False, db_index=True
    )

    class Meta(Connection.Meta):
        verbose_name = _("Vapi connection")
        verbose_name_plural = _("Vapi connections")
        constraints = [
            *Connection.Meta.constraints,
            models.UniqueConstraint(
                fields=["webhook_secret_hash"],
                condition=~Q(webhook_secret_hash=""),
                name="vapi_webhook_secret_once",
            ),
        ]

    @property
    def hint(self) -> str:
        return self.key_hint

    @property
    def is_sandbox(self) -> bool:
        return self.region == VapiRegion.SANDBOX

    @property
    def secret(self) -> str:
        return self._decrypt("private_key")

    @property
    def readable_webhook_secret(self) -> str:
        """The decrypted secret of its webhooks. Raises ProviderError where no configured key decrypts it."""
        return self._decrypt("webhook_secret")

    @property
    def accepts_former_secret(self) -> bool:
        """Whether some assistants may still send the secret that was replaced."""
        return bool(self.former_webhook_secret_hash)

    def set_credentials(self, *, region: str, private_key: str) -> Self:
        """Replace the credentials, without saving."""
        self.region, self.private_key, self.key_hint = region, private_key, private_key[-HINT_LENGTH:]
        return self

    def client(self, *, timeout: float = TIMEOUT) -> VapiClient:
        """Vapi's API for this account. `timeout` in seconds. Raises ProviderError where the key is unreadable."""
        return VapiClient(base_url=vapi_url(self.region), key=self.secret, timeout=timeout)

"""The organisation's account at Vapi, which gives the assistants their voice."""

from typing import Self

from django.db import models
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

    class Meta(Connection.Meta):
        verbose_name = _("Vapi connection")
        verbose_name_plural = _("Vapi connections")

    @property
    def hint(self) -> str:
        return self.key_hint

    @property
    def is_sandbox(self) -> bool:
        return self.region == VapiRegion.SANDBOX

    @property
    def secret(self) -> str:
        return self._decrypt("private_key")

    def set_credentials(self, *, region: str, private_key: str) -> Self:
        """Replace the credentials, without saving."""
        self.region, self.private_key, self.key_hint = region, private_key, private_key[-HINT_LENGTH:]
        return self

    def client(self, *, timeout: float = TIMEOUT) -> VapiClient:
        """Vapi's API for this account. `timeout` in seconds. Raises ProviderError where the key is unreadable."""
        return VapiClient(base_url=vapi_url(self.region), key=self.secret, timeout=timeout)

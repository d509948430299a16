"""An organisation's own accounts at the providers: the credentials, and how they fare."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from connections.base import Connection
from connections.endpoints import TwilioEndpoint, VapiRegion, twilio_url, vapi_url
from connections.problems import Explanation, Provider, explain
from connections.twilio.client import TwilioClient
from connections.vapi.client import VapiClient
from core.security.encryption import EncryptedTextField

HINT = 4  # characters of a secret that stay visible
TIMEOUT = 15.0  # seconds


class NumberState(models.TextChoices):
    """How far Vapi answers the number."""

    PENDING = "pending", _("being set up")
    IN_STEP = "in_step", _("answered by Vapi")
    OUT_OF_STEP = "out_of_step", _("not answered")


class VapiConnection(Connection):
    """An organisation's account at Vapi, which gives the assistants their voice."""

    provider = Provider.VAPI

    region = models.CharField(_("region"), max_length=8, choices=VapiRegion.choices)
    private_key = EncryptedTextField(_("private key"))
    key_hint = models.CharField(_("ends in"), max_length=HINT)

    class Meta(Connection.Meta):
        verbose_name = _("Vapi connection")
        verbose_name_plural = _("Vapi connections")

    @property
    def hint(self) -> str:
        """The last characters of the key."""
        return self.key_hint

    @property
    def is_sandbox(self) -> bool:
        """Whether it is the bundled stand-in."""
        return self.region == VapiRegion.SANDBOX

    @property
    def secret(self) -> str:
        """The key."""
        return self._open("private_key")

    def entrust(self, *, region: str, private_key: str) -> Self:
        """Take other credentials over."""
        self.region, self.private_key, self.key_hint = region, private_key, private_key[-HINT:]
        return self

    def client(self, *, timeout: float = TIMEOUT) -> VapiClient:
        """Vapi as this organisation. `timeout` in seconds. Raises ProviderError where the key cannot be read."""
        return VapiClient(base_url=vapi_url(self.region), key=self.secret, timeout=timeout)


class TwilioConnection(Connection):
    """An organisation's account at Twilio and the number that callers dial, which Vapi answers once imported."""

    provider = Provider.TWILIO

    endpoint = models.CharField(_("account"), max_length=8, choices=TwilioEndpoint.choices)
    account_sid = models.CharField(_("account SID"), max_length=34)
    auth_token = EncryptedTextField(_("auth token"))
    token_hint = models.CharField(_("ends in"), max_length=HINT)
    is_trial = models.BooleanField(_("trial account"), default=False)
    phone_number = PhoneNumberField(_("phone number"))  # type: ignore[no-untyped-call]
    phone_number_sid = models.CharField(_("SID of the number"), max_length=34)
    former_target = models.CharField(_("answered before by"), max_length=253, blank=True)
    vapi_number_id = models.CharField(_("number at Vapi"), max_length=64, blank=True)
    number_state = models.CharField(
        _("state of the number"), max_length=11, choices=NumberState.choices, default=NumberState.PENDING
    )
    number_problem = models.CharField(_("problem of the number"), max_length=32, blank=True)

    class Meta(Connection.Meta):
        verbose_name = _("Twilio connection")
        verbose_name_plural = _("Twilio connections")
        constraints = [
            *Connection.Meta.constraints,
            models.CheckConstraint(
                name="%(class)s_number_says_why",
                condition=Q(number_state=NumberState.PENDING)
                | (Q(number_state=NumberState.IN_STEP, number_problem="") & ~Q(vapi_number_id=""))
                | (Q(number_state=NumberState.OUT_OF_STEP) & ~Q(number_problem="")),
            ),
        ]

    @property
    def hint(self) -> str:
        """The last characters of the token."""
        return self.token_hint

    @property
    def is_sandbox(self) -> bool:
        """Whether it is the bundled stand-in."""
        return self.endpoint == TwilioEndpoint.SANDBOX

    @property
    def secret(self) -> str:
        """The token."""
        return self._open("auth_token")

    @property
    def number(self) -> str:
        """The number as E.164."""
        return str(self.phone_number.as_e164)

    @property
    def is_number_answered(self) -> bool:
        """Whether Vapi takes the calls of the number."""
        return self.number_state == NumberState.IN_STEP

    @property
    def is_number_refused(self) -> bool:
        """Whether Vapi does not take the number, and somebody has to decide."""
        return self.number_state == NumberState.OUT_OF_STEP

    @property
    def number_explanation(self) -> Explanation | None:
        """Why Vapi does not answer the number (yet), and what to do; None where nothing is wrong."""
        return explain(self.number_problem, Provider.VAPI) if self.number_problem else None

    def entrust(self, *, endpoint: str, account_sid: str, auth_token: str) -> Self:
        """Take other credentials over."""
        self.endpoint, self.account_sid = endpoint, account_sid
        self.auth_token, self.token_hint = auth_token, auth_token[-HINT:]
        return self

    def await_import(self) -> None:
        """Vapi has to be told of the number (again). What is under way with older credentials comes too late."""
        self.number_state, self.number_problem = NumberState.PENDING, ""
        self.revision += 1

    def client(self, *, timeout: float = TIMEOUT) -> TwilioClient:
        """Twilio as this organisation. `timeout` in seconds. Raises ProviderError where the token cannot be read."""
        return TwilioClient(
            base_url=twilio_url(self.endpoint), sid=self.account_sid, token=self.secret, timeout=timeout
        )


AnyConnection = VapiConnection | TwilioConnection

MODELS: dict[str, type[VapiConnection] | type[TwilioConnection]] = {
    Provider.VAPI: VapiConnection,
    Provider.TWILIO: TwilioConnection,
}

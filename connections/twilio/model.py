"""The organisation's account at Twilio and its phone number."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from connections.base import HINT_LENGTH, TIMEOUT, Connection
from connections.enums import NumberState, Provider
from connections.problems import Explanation, explain
from connections.twilio.client import TwilioClient, TwilioEndpoint, twilio_url
from core.security.encryption import EncryptedTextField


class TwilioConnection(Connection):
    """An organisation's account at Twilio and the number that callers dial. Vapi answers it once imported."""

    provider = Provider.TWILIO

    endpoint = models.CharField(_("account"), max_length=8, choices=TwilioEndpoint.choices)
    account_sid = models.CharField(_("account SID"), max_length=34)
    # Where the login is an API key; `auth_token` holds its secret then.
    api_key_sid = models.CharField(
        _("SID of the API key"), max_length=34, blank=True, default="", db_default=""
    )
    auth_token = EncryptedTextField(_("auth token"))
    token_hint = models.CharField(_("ends in"), max_length=HINT_LENGTH)
    is_trial = models.BooleanField(_("trial account"), default=False)
    phone_number = PhoneNumberField(_("phone number"))  # type: ignore[no-untyped-call]
    phone_number_sid = models.CharField(_("SID of the number"), max_length=34)
    former_target = models.CharField(_("answered before by"), max_length=253, blank=True)
    vapi_number_id = models.CharField(_("number at Vapi"), max_length=64, blank=True)
    number_state = models.CharField(
        _("state of the number"), max_length=11, choices=NumberState.choices, default=NumberState.PENDING
    )
    number_problem = models.CharField(_("problem of the number"), max_length=32, blank=True)
    number_refusal = models.TextField(
        blank=True, default="", db_default="", editable=False
    )  # `ProviderError.refusal`

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
        return self.token_hint

    @property
    def is_sandbox(self) -> bool:
        return self.endpoint == TwilioEndpoint.SANDBOX

    @property
    def secret(self) -> str:
        return self._decrypt("auth_token")

    @property
    def warning(self) -> str:
        if not self.former_target:
            return ""
        words = gettext("Until now %(target)s took the calls of this number. Vapi will take its place.")
        return words % {"target": self.former_target}

    @property
    def number(self) -> str:
        """The number as E.164."""
        return str(self.phone_number.as_e164)

    @property
    def is_number_answered(self) -> bool:
        return self.number_state == NumberState.IN_STEP

    @property
    def is_number_refused(self) -> bool:
        return self.number_state == NumberState.OUT_OF_STEP

    @property
    def number_explanation(self) -> Explanation | None:
        """Why Vapi does not answer the number; None where no problem is known."""
        if not self.number_problem:
            return None
        return explain(self.number_problem, Provider.VAPI, refusal=self.number_refusal)

    def set_credentials(
        self, *, endpoint: str, account_sid: str, auth_token: str, api_key_sid: str = ""
    ) -> Self:
        """Replace the credentials, without saving. With an API key, `auth_token` is its secret."""
        self.endpoint, self.account_sid, self.api_key_sid = endpoint, account_sid, api_key_sid
        self.auth_token, self.token_hint = auth_token, auth_token[-HINT_LENGTH:]
        return self

    def await_import(self) -> None:
        """Mark the number as not imported, without saving. Imports under way with older credentials are ignored."""
        self.number_state, self.number_problem = NumberState.PENDING, ""
        self.revision += 1

    def client(self, *, timeout: float = TIMEOUT) -> TwilioClient:
        """Twilio's API for this account. `timeout` in seconds. Raises ProviderError where the token is unreadable."""
        return TwilioClient(
            base_url=twilio_url(self.endpoint),
            sid=self.account_sid,
            token=self.secret,
            key_sid=self.api_key_sid,
            timeout=timeout,
        )

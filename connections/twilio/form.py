"""The forms for an account at Twilio and for a test call from its number."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from connections.fields import (
    TWILIO_SID,
    OutboundPhoneField,
    PastedField,
    PhoneField,
    SecretField,
    country_of,
)
from connections.forms import KEY_LENGTH, ConnectionForm
from connections.twilio.client import ACCOUNT_SID, TwilioEndpoint
from connections.twilio.model import TwilioConnection
from organizations.models import Organization


class TwilioForm(ConnectionForm):
    """The login and phone number of an account at Twilio.

    With `connection`, an empty token means the stored one, provided that the account is the same.
    """

    connection: TwilioConnection | None

    endpoint = forms.ChoiceField(
        label=_("Account"),
        widget=forms.RadioSelect,
        initial=TwilioEndpoint.LIVE,
        error_messages={"required": _("Choose an account."), "invalid_choice": _("Choose an account.")},
    )
    account_sid = PastedField(
        label=_("Account SID"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}),
        error_messages={"required": _("Paste your Account SID.")},
        help_text=_("It names your account. It begins with AC."),
    )
    auth_token = SecretField(
        label=_("Auth token"),
        max_length=KEY_LENGTH,
        required=False,
        error_messages={"max_length": _("This is too long for a token. Copy the token alone.")},
        help_text=_(
            "It lets us reach your number. Encrypted at once: only its last four characters will be shown again."
        ),
    )
    phone_number = PhoneField(
        label=_("Phone number"),
        help_text=_("The number of this account that your callers dial. Vapi will answer it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["phone_number"]
        assert isinstance(number, PhoneField)  # noqa: S101 - for the type checker
        number.region = country_of(self.organization)
        self.set_choices("endpoint", TwilioEndpoint.choices)
        # Without the sandbox there is one choice only, and no field for it on the page.
        self.fields["endpoint"].required = settings.AVA_SANDBOX

    @staticmethod
    def sandbox_values(organization: Organization) -> dict[str, str]:
        return {
            "endpoint": TwilioEndpoint.SANDBOX,
            "account_sid": settings.SANDBOX_TWILIO_SID,
            "auth_token": settings.SANDBOX_TWILIO_TOKEN,
            "phone_number": settings.SANDBOX_PHONE_NUMBER,
        }

    def stored_values(self) -> dict[str, str]:
        stored = self.connection
        if stored is None:
            return {}
        number = stored.phone_number.as_international
        return {"endpoint": stored.endpoint, "account_sid": stored.account_sid, "phone_number": number}

    def clean_endpoint(self) -> str:
        return self.cleaned_data["endpoint"] or TwilioEndpoint.LIVE

    def clean_account_sid(self) -> str:
        sid: str = self.cleaned_data["account_sid"]
        if ACCOUNT_SID.fullmatch(sid):
            return sid
        if sid.startswith("SK"):
            raise ValidationError(
                _("This is the SID of an API key. Copy the Account SID, which begins with AC."),
                code="api_key",
            )
        if TWILIO_SID.fullmatch(sid):
            raise ValidationError(
                _("This is the SID of something else. The Account SID begins with AC."), code="other"
            )
        raise ValidationError(
            _("An Account SID is AC and 32 characters behind it. Copy it whole, from console.twilio.com."),
            code="shape",
        )

    def clean_auth_token(self) -> str:
        token: str = self.cleaned_data["auth_token"]
        if TWILIO_SID.fullmatch(token):
            raise ValidationError(
                _("This is a SID. The Auth Token stands on the line below it: 32 characters, without AC."),
                code="sid",
            )
        if token and not (len(token) == 32 and token.isascii() and token.isalnum()):
            raise ValidationError(
                _("An Auth Token has 32 letters and digits. Copy it whole, from console.twilio.com."),
                code="shape",
            )
        return token

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "auth_token" in cleaned and not cleaned["auth_token"]:
            cleaned["auth_token"] = self._stored_token(cleaned)
            if not cleaned["auth_token"]:
                self.add_error("auth_token", _("Paste your Auth Token."))
        return cleaned

    def _stored_token(self, cleaned: dict[str, Any]) -> str:
        stored = self.connection
        if stored is None or not stored.is_readable:
            return ""
        is_same = (stored.endpoint, stored.account_sid) == (
            cleaned.get("endpoint"),
            cleaned.get("account_sid"),
        )
        return stored.secret if is_same else ""


class RingForm(forms.Form):
    """The number to call for a test."""

    to = OutboundPhoneField(
        label=_("Number to ring"), help_text=_("Yours, for example: it rings within seconds.")
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, OutboundPhoneField)  # noqa: S101 - for the type checker
        field.region = country_of(organization)

"""The form for an account at Twilio."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from connections.fields import TWILIO_SID, PastedField, SecretField
from connections.forms import KEY_LENGTH, ConnectionForm
from connections.problems import Problem, ProviderError
from connections.twilio.client import ACCOUNT_SID, API_KEY_SID, TwilioClient, TwilioEndpoint, twilio_url
from connections.twilio.model import TwilioConnection
from connections.twilio.offered_numbers import OfferedNumber, read_offered_numbers
from core.web.phone_fields import PhoneField
from organizations.countries import country_of
from organizations.models import Organization


class TwilioForm(ConnectionForm):
    """The login and phone number of an account at Twilio: its token, or the SID and the secret of an API key.

    With `connection`, an empty token or secret means the stored one, provided that the account and the key are the
    same. In the cleaned data, the secret stands in the place of the token.
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
        help_text=_("It identifies your account. It begins with AC."),
    )
    auth_token = SecretField(
        label=_("Auth Token"),
        max_length=KEY_LENGTH,
        required=False,
        error_messages={"max_length": _("This is too long for an Auth Token. Copy the token alone.")},
        help_text=_(
            "It lets us reach your number. Encrypted at once: only its last four characters will be shown again."
        ),
    )
    api_key_sid = PastedField(
        label=_("SID of the API key"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}),
        help_text=_("It begins with SK."),
    )
    api_key_secret = SecretField(
        label=_("Secret of the API key"),
        max_length=KEY_LENGTH,
        required=False,
        error_messages={"max_length": _("This is too long for a secret. Copy the secret alone.")},
        help_text=_("Twilio shows it once, when the key is made. We encrypt it at once."),
    )
    phone_number = PhoneField(
        label=_("Phone number"),
        help_text=_("The number of this account that your callers dial. Vapi will answer it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers: list[OfferedNumber] = []
        number = self.fields["phone_number"]
        assert isinstance(number, PhoneField)  # noqa: S101 - for the type checker
        number.region = country_of(self.organization)
        self.set_choices("endpoint", TwilioEndpoint.choices)
        # Without the sandbox there is one choice only, and no field for it on the page.
        self.fields["endpoint"].required = settings.AVA_SANDBOX

    @staticmethod
    def sandbox_values(organization: Organization) -> dict[str, str]:
        """A login that works in the sandbox. Each organisation has an account of its own there."""
        return {
            "endpoint": TwilioEndpoint.SANDBOX,
            "account_sid": settings.SANDBOX_TWILIO_SID[:18] + organization.id.hex[:16],
            "auth_token": settings.SANDBOX_TWILIO_TOKEN,
            "api_key_sid": "",
            "api_key_secret": "",
            "phone_number": settings.SANDBOX_PHONE_NUMBER,
        }

    def stored_values(self) -> dict[str, str]:
        stored = self.connection
        if stored is None or stored.is_sandbox:
            return {}
        number = stored.phone_number.as_international
        account = {"endpoint": stored.endpoint, "account_sid": stored.account_sid}
        return account | {"api_key_sid": stored.api_key_sid, "phone_number": number}

    def clean_endpoint(self) -> str:
        return self.cleaned_data["endpoint"] or TwilioEndpoint.LIVE

    def clean_account_sid(self) -> str:
        sid: str = self.cleaned_data["account_sid"]
        if ACCOUNT_SID.fullmatch(sid):
            return sid
        if sid.startswith("SK"):
            raise ValidationError(
                _(
                    "This is the SID of an API key, which has a field of its own. Copy the Account SID, which begins "
                    "with AC."
                ),
                code="api_key",
            )
        if TWILIO_SID.fullmatch(sid):
            raise ValidationError(
                _("This is the SID of something else. The Account SID begins with AC."), code="other"
            )
        raise ValidationError(
            _("An Account SID is AC followed by 32 characters. Copy all of it from console.twilio.com."),
            code="shape",
        )

    def clean_auth_token(self) -> str:
        token: str = self.cleaned_data["auth_token"]
        if TWILIO_SID.fullmatch(token):
            raise ValidationError(
                _("This is a SID. The Auth Token is on the line below it: 32 characters, without AC."),
                code="sid",
            )
        if token and not (len(token) == 32 and token.isascii() and token.isalnum()):
            raise ValidationError(
                _("An Auth Token has 32 letters and digits. Copy all of it from console.twilio.com."),
                code="shape",
            )
        return token

    def clean_api_key_sid(self) -> str:
        sid: str = self.cleaned_data["api_key_sid"]
        if sid and not API_KEY_SID.fullmatch(sid):
            raise ValidationError(
                _("The SID of an API key is SK followed by 32 characters. Copy all of it."), code="shape"
            )
        return sid

    def clean_api_key_secret(self) -> str:
        secret: str = self.cleaned_data["api_key_secret"]
        if TWILIO_SID.fullmatch(secret):
            raise ValidationError(
                _("This is a SID. The secret is what Twilio showed once, when the key was made."), code="sid"
            )
        if secret and not (len(secret) == 32 and secret.isascii() and secret.isalnum()):
            raise ValidationError(
                _("The secret of an API key has 32 letters and digits. Copy all of it."), code="shape"
            )
        return secret

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        secret = cleaned.pop("api_key_secret", "")
        if {"auth_token", "api_key_sid", "api_key_secret"} & self.errors.keys():
            return cleaned
        if cleaned["auth_token"] and secret:
            self.add_error("api_key_secret", _("Give the Auth Token or an API key, not both."))
        elif cleaned["auth_token"]:
            cleaned["api_key_sid"] = ""  # of the account as it is stored: the token replaces it
        elif secret and not cleaned["api_key_sid"]:
            self.add_error("api_key_sid", _("Paste the SID of the API key."))
        else:
            self._fill_in_secret(cleaned, secret)
        return cleaned

    def _fill_in_secret(self, cleaned: dict[str, Any], secret: str) -> None:
        cleaned["auth_token"] = secret or self._stored_secret(cleaned)
        if cleaned["auth_token"]:
            return
        if cleaned["api_key_sid"]:
            self.add_error("api_key_secret", _("Paste the secret of the API key."))
        else:
            self.add_error("auth_token", _("Paste your Auth Token."))

    def _stored_secret(self, cleaned: dict[str, Any]) -> str:
        stored = self.connection
        if stored is None or not stored.is_readable:
            return ""
        same = ("endpoint", "account_sid", "api_key_sid")
        return stored.secret if all(getattr(stored, name) == cleaned.get(name) for name in same) else ""

    def offer_numbers(self) -> None:
        """Have the account's numbers stand in `numbers`, to choose from. Raises ProviderError.

        The form must hold a whole login.
        """
        login = self.cleaned_data
        client = TwilioClient(
            base_url=twilio_url(login["endpoint"]),
            sid=login["account_sid"],
            token=login["auth_token"],
            key_sid=login["api_key_sid"],
        )
        self.numbers = read_offered_numbers(client)

    @property
    def login_errors(self) -> list[str]:
        """What is wrong apart from the number."""
        wrong = [errors for name, errors in self.errors.items() if name != "phone_number"]
        return [str(error) for errors in wrong for error in errors]

    @property
    def chosen_number(self) -> str:
        """The typed number (E.164) among `numbers`, else the only one; "" where none is chosen."""
        offered = [each.value for each in self.numbers]
        typed = self.cleaned_data.get("phone_number")
        if typed and str(typed.as_e164) in offered:
            return str(typed.as_e164)
        return offered[0] if len(offered) == 1 else ""

    def add_provider_error(self, error: ProviderError) -> None:
        """Show a refused login beside the secret that was typed."""
        if error.problem != Problem.TWILIO_LOGIN or not self.cleaned_data.get("api_key_sid"):
            super().add_provider_error(error)
            return
        self.add_error("api_key_secret", f"{error.explanation.what} {error.explanation.remedy}")

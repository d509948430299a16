"""What people type about their accounts. Used by the page of the connections and by the guided steps."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from connections.endpoints import TwilioEndpoint, VapiRegion
from connections.fields import (
    ACCOUNT_SID,
    OTHER_SID,
    CallableField,
    PastedField,
    PhoneField,
    SecretField,
    country_of,
)
from connections.models import AnyConnection, TwilioConnection
from connections.problems import ProviderError, field_of
from organizations.models import Organization

LONGEST_KEY = 200  # characters; what is longer is a whole page, pasted by mistake


def offered(choices: type[VapiRegion] | type[TwilioEndpoint]) -> list[tuple[str, Any]]:
    """The choices there are: the sandbox only where it is switched on."""
    return [(value, label) for value, label in choices.choices if value != "sandbox" or settings.AVA_SANDBOX]


class ConnectionForm(forms.Form):
    """What both have in common: the organisation, and secrets that never return to the browser."""

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        for field in self.fields.values():
            # Only what a page offers by itself, the sandbox's published credentials, is ever written into it.
            if isinstance(field, SecretField):
                field.show(not self.is_bound)

    def refuse(self, error: ProviderError) -> None:
        """Put what a provider refused beside the field which is to be corrected."""
        told = error.explanation
        name = field_of(error.problem)
        self.add_error(name if name in self.fields else None, f"{told.what} {told.remedy}")


class VapiForm(ConnectionForm):
    """The account at Vapi: `region` and `private_key`."""

    region = forms.ChoiceField(
        label=_("Region of your account"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a region."), "invalid_choice": _("Choose a region.")},
        help_text=_("Where Vapi keeps your account. If in doubt, try United States."),
    )
    private_key = SecretField(
        label=_("Private key"),
        max_length=LONGEST_KEY,
        error_messages={
            "required": _("Paste your private key."),
            "max_length": _("This is too long for a key. Copy the key alone."),
        },
        help_text=_(
            "It lets us create your assistants and read your calls. Encrypted at once: only its last four characters "
            "will be shown again."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region = self.fields["region"]
        assert isinstance(region, forms.ChoiceField)  # noqa: S101 - for the type checker
        region.choices = offered(VapiRegion)

    def clean_private_key(self) -> str:
        """The key, unless it is plainly something else."""
        key: str = self.cleaned_data["private_key"]
        if key.lower().startswith(("pk-", "pk_")):
            raise ValidationError(
                _(
                    "This is a public key. Copy the private one: dashboard.vapi.ai → API Keys → Private API Keys."
                ),
                code="public",
            )
        if OTHER_SID.fullmatch(key):
            raise ValidationError(
                _("This comes from Twilio. Here Vapi’s private key is needed."), code="other"
            )
        if not key.isascii() or len(key) < 8 or "@" in key or "/" in key:
            raise ValidationError(
                _("This does not look like a key of Vapi. Copy the whole key."), code="shape"
            )
        return key


class TwilioForm(ConnectionForm):
    """The account at Twilio: `endpoint`, `account_sid`, `auth_token` and `phone_number`.

    With `connection`, the token may stay empty as long as the account is the same: the stored one then goes on.
    """

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
        max_length=LONGEST_KEY,
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

    def __init__(self, *args: Any, connection: TwilioConnection | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.connection = connection
        number, endpoint = self.fields["phone_number"], self.fields["endpoint"]
        assert isinstance(number, PhoneField)  # noqa: S101 - for the type checker
        assert isinstance(endpoint, forms.ChoiceField)  # noqa: S101
        number.region = country_of(self.organization)
        endpoint.choices = offered(TwilioEndpoint)
        # With one choice there is nothing to ask.
        endpoint.required = len(endpoint.choices) > 1

    def clean_endpoint(self) -> str:
        """Twilio itself, where nothing else is offered."""
        return self.cleaned_data["endpoint"] or TwilioEndpoint.LIVE

    def clean_account_sid(self) -> str:
        """The SID, unless it is that of something else."""
        sid: str = self.cleaned_data["account_sid"]
        if ACCOUNT_SID.fullmatch(sid):
            return sid
        if sid.startswith("SK"):
            raise ValidationError(
                _("This is the SID of an API key. Copy the Account SID, which begins with AC."),
                code="api_key",
            )
        if OTHER_SID.fullmatch(sid):
            raise ValidationError(
                _("This is the SID of something else. The Account SID begins with AC."), code="other"
            )
        raise ValidationError(
            _("An Account SID is AC and 32 characters behind it. Copy it whole, from console.twilio.com."),
            code="shape",
        )

    def clean_auth_token(self) -> str:
        """The token, unless it is plainly something else; "" for the stored one."""
        token: str = self.cleaned_data["auth_token"]
        if OTHER_SID.fullmatch(token):
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
        """Put the stored token in the place of an empty one."""
        cleaned = super().clean() or self.cleaned_data
        if "auth_token" in cleaned and not cleaned["auth_token"]:
            cleaned["auth_token"] = self._stored_token(cleaned)
            if not cleaned["auth_token"]:
                self.add_error("auth_token", _("Paste your Auth Token."))
        return cleaned

    def _stored_token(self, cleaned: dict[str, Any]) -> str:
        kept = self.connection
        if kept is None or not kept.is_readable:
            return ""
        same = (kept.endpoint, kept.account_sid) == (cleaned.get("endpoint"), cleaned.get("account_sid"))
        return kept.secret if same else ""


class RingForm(forms.Form):
    """Where to ring."""

    to = CallableField(label=_("Number to ring"), help_text=_("Yours, for example: it rings within seconds."))

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, CallableField)  # noqa: S101 - for the type checker
        field.region = country_of(organization)


def initial_values(
    organization: Organization, known: AnyConnection | None, *, in_sandbox: bool
) -> dict[str, str]:
    """What a form begins with: what is known of the account, or with `in_sandbox` what works there."""
    if in_sandbox and settings.AVA_SANDBOX:
        return sandbox_initial(organization)
    if isinstance(known, TwilioConnection):
        number = known.phone_number.as_international
        return {"endpoint": known.endpoint, "account_sid": known.account_sid, "phone_number": number}
    return {"region": known.region if known else VapiRegion.US}


def sandbox_initial(organization: Organization) -> dict[str, str]:
    """Values for both forms that work in the sandbox. Every organisation has a key, and thus a Vapi, of its own."""
    return {
        "region": VapiRegion.SANDBOX,
        "private_key": f"{settings.SANDBOX_VAPI_KEY}-{organization.id.hex[:12]}",
        "endpoint": TwilioEndpoint.SANDBOX,
        "account_sid": settings.SANDBOX_TWILIO_SID,
        "auth_token": settings.SANDBOX_TWILIO_TOKEN,
        "phone_number": settings.SANDBOX_PHONE_NUMBER,
    }

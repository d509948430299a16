"""The form for an account at Vapi."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from connections.fields import TWILIO_SID, SecretField
from connections.forms import KEY_LENGTH, ConnectionForm
from connections.vapi.client import VapiRegion
from connections.vapi.model import VapiConnection
from organizations.models import Organization


class VapiForm(ConnectionForm):
    """The region and private key of an account at Vapi."""

    connection: VapiConnection | None

    region = forms.ChoiceField(
        label=_("Region of your account"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a region."), "invalid_choice": _("Choose a region.")},
        help_text=_("Where Vapi keeps your account. If in doubt, try United States."),
    )
    private_key = SecretField(
        label=_("Private key"),
        max_length=KEY_LENGTH,
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
        self.set_choices("region", VapiRegion.choices)

    @staticmethod
    def sandbox_values(organization: Organization) -> dict[str, str]:
        """Credentials that work in the sandbox. Each organisation has its own key, and thus its own account there."""
        key = f"{settings.SANDBOX_VAPI_KEY}-{organization.id.hex[:12]}"
        return {"region": VapiRegion.SANDBOX, "private_key": key}

    def stored_values(self) -> dict[str, str]:
        stored = self.connection
        return {"region": stored.region if stored and not stored.is_sandbox else VapiRegion.US}

    def clean_private_key(self) -> str:
        key: str = self.cleaned_data["private_key"]
        if key.lower().startswith(("pk-", "pk_")):
            raise ValidationError(
                _(
                    "This is a public key. Copy the private one: dashboard.vapi.ai → API Keys → Private API Keys."
                ),
                code="public",
            )
        if TWILIO_SID.fullmatch(key):
            raise ValidationError(
                _("This comes from Twilio. Here Vapi’s private key is needed."), code="other"
            )
        if not key.isascii() or len(key) < 8 or "@" in key or "/" in key:
            raise ValidationError(
                _("This does not look like a key of Vapi. Copy the whole key."), code="shape"
            )
        return key

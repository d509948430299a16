"""The forms of a chat message and of a test call."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assistants.preview.chat import LONGEST_MESSAGE
from core.web.fields import TextField
from core.web.phone_fields import OutboundPhoneField
from organizations.countries import country_of
from organizations.models import Organization


class ChatForm(forms.Form):
    """A message to an assistant, and the signed conversation before it."""

    text = TextField(
        label=_("Your message"),
        max_length=LONGEST_MESSAGE,
        error_messages={"required": _("Type what a caller would say.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    thread = forms.CharField(required=False, widget=forms.HiddenInput)


class CallForm(forms.Form):
    """The number that a test call rings."""

    number = OutboundPhoneField(
        label=_("Your phone number"),
        help_text=_("Your assistant calls you, from the number of your business."),
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["number"]
        assert isinstance(number, OutboundPhoneField)  # noqa: S101 - for the type checker
        number.region = country_of(organization)

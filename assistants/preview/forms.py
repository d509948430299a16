"""The forms of a chat message and of a test call."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber

from assistants.preview.call import PLAYED_NUMBERS
from assistants.preview.chat import LONGEST_MESSAGE
from connections.selectors import twilio_of
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
        self.organization = organization
        number = self.fields["number"]
        assert isinstance(number, OutboundPhoneField)  # noqa: S101 - for the type checker
        number.region = country_of(organization)

    def clean_number(self) -> PhoneNumber:
        number: PhoneNumber = self.cleaned_data["number"]
        twilio = twilio_of(self.organization)
        if twilio and twilio.phone_number == number:
            raise ValidationError(
                _("This is the number of your business, which would call itself. Type your own."), code="own"
            )
        return number


_CALLERS = {
    "appointment": _("Would like an appointment"),
    "questions": _("Asks about opening hours and prices"),
    "message": _("Leaves a message"),
}


class PlayedCallForm(forms.Form):
    """What the simulated caller wants."""

    caller = forms.ChoiceField(
        label=_("The caller"), choices=[(name, _CALLERS[name]) for name in PLAYED_NUMBERS]
    )

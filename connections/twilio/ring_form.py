"""The form for a test call from the organisation's number."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber

from connections.twilio.model import TwilioConnection
from core.web.phone_fields import OutboundPhoneField
from organizations.countries import country_of
from organizations.models import Organization


class RingForm(forms.Form):
    """The number to call for a test."""

    to = OutboundPhoneField(label=_("Number to ring"), help_text=_("Yours, for example."))

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        field = self.fields["to"]
        assert isinstance(field, OutboundPhoneField)  # noqa: S101 - for the type checker
        field.region = country_of(organization)

    def clean_to(self) -> PhoneNumber:
        """Refuse the number that would call: it would find itself busy."""
        to: PhoneNumber = self.cleaned_data["to"]
        if TwilioConnection.objects.for_organization(self.organization).filter(phone_number=to).exists():
            raise ValidationError(
                _(
                    "This is the number that calls: it cannot ring itself. Type another, your mobile for example."
                ),
                code="own",
            )
        return to

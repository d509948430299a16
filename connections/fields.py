"""Form fields for pasted secrets and identifiers, and for phone numbers in national or international notation."""

import re
from typing import Any

from babel.core import get_global
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import PhoneNumberType, number_type

from organizations.models import Organization

# White space, zero-width and direction marks that are copied along from a page or a mail.
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")
_BEARER = re.compile(r"(?i)^bearer(?=.)")
_COUNTRIES = {"fr": "FR", "he": "IL", "en": "GB"}
_COSTLY = {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN}

TWILIO_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")  # of any kind of object


class PastedField(forms.CharField):
    """A value copied from a provider's page; white space, quotes and a leading "Bearer" are dropped."""

    def to_python(self, value: Any) -> str:
        bare = _INVISIBLE.sub("", super().to_python(value) or "").strip("\"'“”«»`")
        return _BEARER.sub("", bare)


class SecretField(PastedField):
    """A secret, hidden while it is typed and not rendered by default."""

    widget = forms.PasswordInput

    def show(self, shown: bool) -> None:
        """Set whether the page may contain the value."""
        self.widget.render_value = shown

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {
            "autocapitalize": "none",
            "autocomplete": "off",
            "dir": "ltr",
            "spellcheck": "false",
        }


class PhoneField(PhoneNumberField):
    """A phone number in national or international notation; becomes E.164."""

    def __init__(self, **kwargs: Any) -> None:
        errors = {
            "required": _("Type a phone number."),
            "invalid": _(
                "This is no phone number. Type all of its digits, with the country code where it is abroad."
            ),
        }
        super().__init__(  # type: ignore[no-untyped-call]
            **kwargs,
            error_messages=errors,
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "dir": "ltr"}),
        )


class OutboundPhoneField(PhoneField):
    """A number that the product calls: premium-rate numbers are refused."""

    def clean(self, value: Any) -> PhoneNumber:
        number: PhoneNumber = super().clean(value)
        if number and number_type(number) in _COSTLY:
            raise ValidationError(_("This number costs extra. Type an ordinary one."), code="costly")
        return number


def country_of(organization: Organization) -> str:
    """The country whose national notation an organisation uses, as ISO 3166: by its time zone, else its language."""
    zones: dict[str, str] = get_global("zone_territories")  # type: ignore[assignment]
    country = zones.get(organization.timezone, "")
    # Babel gives "001", the world, for zones such as UTC.
    return country if country.isalpha() else _COUNTRIES[organization.locale]

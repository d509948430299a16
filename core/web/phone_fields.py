"""Form fields for phone numbers in national or international notation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber
from phonenumber_field.phonenumber import to_python as parse_number
from phonenumbers import NumberParseException, PhoneNumberType, is_possible_number, number_type, parse

from core.text import without_invisible

# Dialled from each other with a 0: France and its overseas departments, Israel and the Palestinian territories.
_SHARED_PLANS = (frozenset({"FR", "GP", "MF", "BL", "MQ", "GF", "RE", "YT", "PM"}), frozenset({"IL", "PS"}))
_COSTLY = {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN}


class PhoneField(PhoneNumberField):
    """A phone number in national or international notation; becomes E.164."""

    def __init__(self, **kwargs: Any) -> None:
        errors = {
            "required": _("Type a phone number."),
            "invalid": _(
                "This is not a phone number. Type all of its digits, with the country code if it is abroad."
            ),
        }
        super().__init__(  # type: ignore[no-untyped-call]
            **kwargs,
            error_messages=errors,
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "dir": "ltr"}),
        )

    def to_python(self, value: Any) -> Any:
        """Parse by the plan of the field's region, then by those that are dialled from there in the same way."""
        typed = without_invisible(str(value or ""))
        number = super().to_python(typed)  # type: ignore[no-untyped-call]
        if number and not number.is_valid():
            others = [parse_number(typed, region=region) for region in sorted(plans_with(self.region))]  # type: ignore[no-untyped-call]
            number = next((other for other in others if other.is_valid()), number)
        return number


class OutboundPhoneField(PhoneField):
    """A number that the product calls: premium-rate numbers are refused."""

    def clean(self, value: Any) -> PhoneNumber:
        number: PhoneNumber = super().clean(value)
        if number and number_type(number) in _COSTLY:
            raise ValidationError(_("This number costs extra. Type an ordinary one."), code="costly")
        return number


def is_callable(number: str) -> bool:
    """Whether a number (E.164) that was on the phone may be called: a whole one that costs nothing extra.

    Not whether it is in use: it rang. Short numbers, such as those for emergencies, are not whole.
    """
    try:
        parsed = parse(number)
    except NumberParseException:
        return False
    return is_possible_number(parsed) and number_type(parsed) not in _COSTLY


def plans_with(region: str | None) -> frozenset[str]:
    """The countries that are dialled from `region` without a country code, itself included."""
    return next((plans for plans in _SHARED_PLANS if region in plans), frozenset({region} if region else ()))

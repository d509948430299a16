"""Codes that forward a line to the new number."""

import pytest
from phonenumber_field.phonenumber import PhoneNumber

from connections.twilio.forwarding_codes import forwarding_to
from organizations.models import Organization


def organization(timezone: str, locale: str = "fr") -> Organization:
    return Organization(name="Ava", timezone=timezone, locale=locale)


@pytest.mark.parametrize(
    ("number", "timezone", "mobile", "landline"),
    [
        ("+33939035501", "Europe/Paris", "**21*0939035501#", "*21*0939035501#"),
        ("+97233724321", "Asia/Jerusalem", "**21*033724321#", "*72033724321"),
        ("+33939035501", "Asia/Jerusalem", "**21*+33939035501#", "*720033939035501"),
        ("+97233724321", "Europe/Paris", "**21*+97233724321#", "*21*0097233724321#"),
    ],
    ids=["France", "Israel", "French number in Israel", "Israeli number in France"],
)
def test_code_holds_the_number_as_it_is_dialled_there(number, timezone, mobile, landline):
    found = forwarding_to(PhoneNumber.from_string(number), organization(timezone))
    assert found.mobile.begin == mobile
    assert found.landline is not None
    assert found.landline.begin == landline


def test_every_code_has_its_end():
    number = PhoneNumber.from_string("+33939035501")
    paris = forwarding_to(number, organization("Europe/Paris"))
    assert paris.landline is not None
    assert (paris.mobile.end, paris.landline.end) == ("##21#", "#21#")


def test_landline_of_a_country_with_unknown_codes_gets_none():
    found = forwarding_to(PhoneNumber.from_string("+33939035501"), organization("America/New_York", "en"))
    assert found.landline is None
    assert found.mobile.begin == "**21*+33939035501#"

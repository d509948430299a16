"""Which keys to press so that calls to one's present line reach the new number.

Mobiles obey the codes of 3GPP TS 22.030 everywhere. Landlines obey their country: in France ETSI's (ETS 300 738), in
Israel those of Bezeq (bezeq.co.il, "star 72"). Elsewhere the operator has to be asked.
"""

from dataclasses import dataclass

import phonenumbers
from phonenumber_field.phonenumber import PhoneNumber

from connections.fields import country_of
from organizations.models import Organization

_LANDLINES = {"FR": ("*21*{number}#", "#21#"), "IL": ("*72{number}", "#72")}


@dataclass(frozen=True)
class Code:
    """What to dial to begin, and to end it."""

    begin: str
    end: str


@dataclass(frozen=True)
class Forwarding:
    """The codes of a mobile, and of a landline where its country is known to have some."""

    mobile: Code
    landline: Code | None


def forwarding_to(number: PhoneNumber, organization: Organization) -> Forwarding:
    """The codes that forward every call to `number`, written as it is dialled where the organisation is."""
    country = country_of(organization)
    digits = f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    mobile, landline = f"+{digits}", f"00{digits}"
    if phonenumbers.region_code_for_number(number) == country:
        mobile = landline = "".join(filter(str.isdecimal, number.as_national))
    begin, end = _LANDLINES.get(country, ("", ""))
    return Forwarding(
        mobile=Code(f"**21*{mobile}#", "##21#"),
        landline=Code(begin.format(number=landline), end) if begin else None,
    )

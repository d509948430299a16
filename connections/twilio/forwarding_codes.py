"""Codes that forward the calls of an existing line to the new number.

Mobiles use 3GPP TS 22.030 everywhere. Landlines differ by country: ETS 300 738 in France, Bezeq's codes in Israel
(bezeq.co.il, "star 72"). For other countries only the operator knows.
"""

from dataclasses import dataclass

import phonenumbers
from phonenumber_field.phonenumber import PhoneNumber

from connections.twilio.model import TwilioConnection
from core.web.phone_fields import plans_with
from organizations.countries import country_of
from organizations.models import Organization

_LANDLINES = {"FR": ("*21*{number}#", "#21#"), "IL": ("*72{number}", "#72")}


@dataclass(frozen=True)
class Code:
    """What to dial to start and to end forwarding."""

    begin: str
    end: str


@dataclass(frozen=True)
class Forwarding:
    """The codes of a mobile, and of a landline where the country's codes are known."""

    mobile: Code
    landline: Code | None


def forwarding_for(twilio: TwilioConnection | None) -> Forwarding | None:
    """The codes that forward to the connected number; None without one, and for the sandbox's, which is fictional."""
    if twilio is None or twilio.is_sandbox:
        return None
    return forwarding_to(twilio.phone_number, twilio.organization)


def forwarding_to(number: PhoneNumber, organization: Organization) -> Forwarding:
    """The codes that forward every call to `number`, in the form dialled in the organisation's country."""
    country = country_of(organization)
    digits = f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    mobile, landline = f"+{digits}", f"00{digits}"
    if phonenumbers.region_code_for_number(number) in plans_with(country):
        mobile = landline = "".join(filter(str.isdecimal, number.as_national))
    begin, end = _LANDLINES.get(country, ("", ""))
    return Forwarding(
        mobile=Code(f"**21*{mobile}#", "##21#"),
        landline=Code(begin.format(number=landline), end) if begin else None,
    )

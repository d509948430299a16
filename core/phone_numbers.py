"""Telephone numbers as people write and say them."""

import re

import phonenumbers

E164 = re.compile(r"\+[1-9]\d{4,14}")


def to_e164(text: str, country: str) -> str:
    """The whole number in E.164; "" for anything else, a part of a number too.

    `country` (ISO 3166) completes a national number; "" takes international ones alone.
    """
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

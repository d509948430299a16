"""Who runs this installation, as its public pages name it: legal notice, privacy, help, contact."""

from dataclasses import dataclass, fields

import environ
import phonenumbers
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

LONGEST = 300  # characters


@dataclass(frozen=True)
class Operator:
    """What the operator says about itself; empty where a variable is not set, and left out of the pages.

    French law asks for all of it on a professional's site (LCEN, article 1-1), French and Israeli law for the name and
    an address to write to on a page about privacy.
    """

    name: str = ""
    address: str = ""  # postal
    registration: str = ""  # legal form, capital, number in a register
    publisher: str = ""  # the person who answers for the site
    email: str = ""
    phone: str = ""  # E.164
    host: str = ""  # name, address and telephone of the company on whose machines it runs

    @property
    def missing(self) -> list[str]:
        """The variables that are not set."""
        return [VARIABLES[field.name] for field in fields(self) if not getattr(self, field.name)]

    @property
    def shown_phone(self) -> str:
        """The number as it is written internationally."""
        if not self.phone:
            return ""
        return phonenumbers.format_number(
            phonenumbers.parse(self.phone), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )


VARIABLES = {
    "name": "AVA_OPERATOR_NAME",
    "address": "AVA_OPERATOR_ADDRESS",
    "registration": "AVA_OPERATOR_REGISTRATION",
    "publisher": "AVA_PUBLISHER",
    "email": "AVA_CONTACT_EMAIL",
    "phone": "AVA_CONTACT_PHONE",
    "host": "AVA_HOST",
}


def read_operator(env: environ.Env) -> Operator:
    """The operator by the environment's variables, all optional. Raises ImproperlyConfigured for an unusable one."""
    given = {name: _line(variable, env(variable, default="")) for name, variable in VARIABLES.items()}
    if given["email"]:
        try:
            validate_email(given["email"])
        except ValidationError as error:
            message = (
                f"AVA_CONTACT_EMAIL is {given['email']!r}: it must be an address like hello@example.com."
            )
            raise ImproperlyConfigured(message) from error
    return Operator(**{**given, "phone": _phone(given["phone"])})


def _line(variable: str, value: str) -> str:
    line = " ".join(value.split())
    if len(line) > LONGEST or not line.isprintable():
        raise ImproperlyConfigured(f"{variable} must be one line of at most {LONGEST} characters.")
    return line


def _phone(value: str) -> str:
    if not value:
        return ""
    try:
        number = phonenumbers.parse(value)
        if not phonenumbers.is_possible_number(number):
            raise phonenumbers.NumberParseException(phonenumbers.NumberParseException.NOT_A_NUMBER, value)
    except phonenumbers.NumberParseException as error:
        message = (
            f"AVA_CONTACT_PHONE is {value!r}: it must be an international number like +33 1 99 00 12 34."
        )
        raise ImproperlyConfigured(message) from error
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

"""E-mail addresses as identities: one spelling each, and no lookalikes."""

import re
import unicodedata
from typing import Any

import idna
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

MAX_LENGTH = 254
# Unicode categories that no address needs: control, format (bidi marks, zero-width), private, surrogate, unassigned.
_FORBIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
# Allowed before the @, and read in more than one way: quoted text may hold a second address, an encoded word is decoded
# by some mailers, and `%` and `!` once named the next host. Mail to them may arrive where the domain does not say.
_AMBIGUOUS = re.compile(r"[\"%!]|=\?")


def normalize_address(typed: str) -> str:
    """The one spelling of an address: lower case, domain as IDNA A-labels.

    Raises ValidationError, with a sentence for the user, for an invalid address or one that could be mistaken for
    another: compatibility characters (full-width letters), a local part outside ASCII, or one that mailers read
    differently, control, bidi or zero-width characters.
    """
    address = typed.strip()
    if len(address) > MAX_LENGTH:
        raise ValidationError(_("This address is too long."), code="long")
    if any(unicodedata.category(character) in _FORBIDDEN for character in address):
        raise ValidationError(
            _("This address contains invisible characters. Type it by hand."), code="invisible"
        )
    local, _at, domain = address.rpartition("@")
    if unicodedata.normalize("NFKC", address) != address or not local.isascii():
        raise ValidationError(
            _("This address contains characters that we cannot accept. Use plain letters before the @."),
            code="characters",
        )
    try:
        if _AMBIGUOUS.search(local):
            raise ValidationError("ambiguous")
        normalized = f"{local.lower()}@{idna.encode(domain.lower()).decode()}"
        validate_email(normalized)
    except (idna.IDNAError, UnicodeError, ValidationError):
        raise ValidationError(
            _("This address is not complete. It looks like name@business.com."), code="invalid"
        ) from None
    return normalized


def mask_address(address: str) -> str:
    """`c•••••@maison.example`: its owner recognises it, others do not learn it."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}•••••@{domain}"


def fold_address(address: str) -> str:
    """The mailbox behind a normalised address, for counting only: without `+tag` and dots."""
    local, _at, domain = address.rpartition("@")
    return f"{re.sub(r'[.]', '', local.split('+')[0])}@{domain}"


class AddressField(forms.CharField):
    """An e-mail address, cleaned to the one spelling that identifies its owner."""

    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {})
        kwargs["error_messages"].setdefault("required", _("Type your e-mail address."))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        return normalize_address(super().clean(value))

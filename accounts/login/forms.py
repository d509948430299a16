"""The forms of signing in, and the check of the page to go to afterwards."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve
from django.utils.translation import get_language, get_language_from_path, override
from django.utils.translation import gettext_lazy as _

from accounts.addresses import AddressField

MAX_NEXT_LENGTH = 500
_SIX_DIGITS = re.compile(r"(?<!\d)\d{3}[^\w]?\d{3}(?!\d)")


def safe_next(path: str) -> str:
    """`path` if it names a closed page of this site, else empty.

    No scheme, no host, no second slash or backslash in any encoding, no control character; and it must resolve to a
    view that needs a sign-in, which leaves out the sign-in pages themselves and sign-out.
    """
    if not path.startswith("/") or len(path) > MAX_NEXT_LENGTH:
        return ""
    decoded = unquote(unquote(path))
    if decoded.startswith(("//", "/\\")) or "\\" in decoded or not decoded.isprintable():
        return ""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc:
        return ""
    try:
        # A page has an address in each language, and this one may be in another language than the current page.
        with override(get_language_from_path(parts.path) or get_language()):
            view = resolve(parts.path).func
    except Resolver404:
        return ""
    return path if getattr(view, "login_required", True) else ""


class NextField(forms.CharField):
    """The page to go to after signing in. An unsafe one is dropped without an error: the field is hidden."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> str:
        return safe_next(str(value or "").strip())


class SignInForm(forms.Form):
    """The address to send a link to."""

    email = AddressField(
        label=_("E-mail address"),
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}
        ),
    )
    next = NextField(required=False)


class RequestForm(forms.Form):
    """A request of this browser, by its id."""

    request = forms.UUIDField(widget=forms.HiddenInput)


class CodeForm(forms.Form):
    """The code of the mail, typed, or pasted with the text around it."""

    code = forms.CharField(
        label=_("6-digit code"),
        max_length=100,
        error_messages={"required": _("Type the six digits of the e-mail.")},
    )
    request = forms.UUIDField(widget=forms.HiddenInput)

    def clean_code(self) -> str:
        """Keep the digits of `Code : 482 071`, whatever their script."""
        text = "".join(str(int(one)) if one.isdecimal() else one for one in self.cleaned_data["code"])
        found = set(_SIX_DIGITS.findall(text)) or {text}
        digits = re.sub(r"\D", "", found.pop())
        if found or len(digits) != 6:
            raise ValidationError(_("The code has six digits."), code="digits")
        return digits

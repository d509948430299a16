"""What people type in this room."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.addresses import normalize_address
from accounts.destinations import safe_next
from accounts.login.code import clean_code
from accounts.models import User
from accounts.profile.avatars import read_picture
from core.web.fields import LongSelect, PlainTextField, timezone_choices


class AddressField(forms.CharField):
    """An e-mail address, cleaned to the one spelling that identifies its owner."""

    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {})
        kwargs["error_messages"].setdefault("required", _("Type your e-mail address."))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The normalised address."""
        return normalize_address(super().clean(value))


class NextField(forms.CharField):
    """Where to go on to. What is not ours is dropped without a word: nobody can correct a field they do not see."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> str:
        """One of our pages, or nothing."""
        return safe_next(str(value or "").strip())


class SignInForm(forms.Form):
    """Asking for a link."""

    email = AddressField(
        label=_("E-mail address"),
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}
        ),
    )
    next = NextField(required=False)


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person says of themselves."""

    name = PlainTextField(
        label=_("Name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    locale = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        error_messages={"invalid_choice": _("Choose a language from the list.")},
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=timezone_choices,
        widget=LongSelect,
        error_messages={"invalid_choice": _("Choose a time zone from the list.")},
    )

    class Meta:
        model = User
        fields = ("name", "locale", "timezone")


class AvatarForm(forms.Form):
    """A picture, read and rewritten as the form is cleaned: `cleaned_data["picture"]` are the bytes to keep."""

    picture = forms.FileField(
        label=_("Picture"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": _("Choose a picture first."),
            "empty": _("This file is empty. Choose another."),
        },
    )

    def clean_picture(self) -> bytes:
        """The picture as we keep it."""
        upload = self.cleaned_data["picture"]
        return read_picture(upload.file, upload.size)


class AddressForm(forms.Form):
    """Another e-mail address for oneself."""

    email = AddressField(label=_("New e-mail address"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        """An address other than the present one."""
        address: str = self.cleaned_data["email"]
        if address == self.user.email:
            raise ValidationError(_("This is your address already."), code="same")
        return address


class CloseForm(forms.Form):
    """Closing one's account, confirmed by typing its address."""

    confirmation = forms.CharField(
        label=_("Type your e-mail address to confirm"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type your e-mail address.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_confirmation(self) -> str:
        """The person's own address, however they write it."""
        typed = str(self.cleaned_data["confirmation"])
        if typed.strip().lower() != self.user.email:
            raise ValidationError(_("This is not the address of your account."), code="other")
        return typed


class RequestForm(forms.Form):
    """Names a request of this browser, unseen."""

    request = forms.UUIDField(widget=forms.HiddenInput)


class CodeForm(forms.Form):
    """The code of the mail, typed or pasted, with spaces or dashes as one likes."""

    code = forms.CharField(
        label=_("6-digit code"),
        max_length=40,
        error_messages={"required": _("Type the six digits of the e-mail.")},
    )
    request = forms.UUIDField(widget=forms.HiddenInput)

    def clean_code(self) -> str:
        """Six digits."""
        code = clean_code(self.cleaned_data["code"])
        if len(code) != 6 or not code.isascii() or not code.isdigit():
            raise ValidationError(_("The code has six digits."), code="digits")
        return code

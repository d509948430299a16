"""The forms of the profile page: name and language, picture, closing the account."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.addresses import normalize_address
from accounts.models import User
from core.text import without_invisible
from core.web.fields import NameField, TimezoneChoiceField


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """A user's name, language and time zone."""

    name = NameField(
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
    timezone = TimezoneChoiceField(
        label=_("Time zone"),
        help_text=_("Choose a city whose clock is yours."),
    )

    class Meta:
        model = User
        fields = ("name", "locale", "timezone")


class AvatarForm(forms.Form):
    """An uploaded file, of any content: decoding it is for `avatars`, and counted."""

    picture = forms.FileField(
        label=_("Picture"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": _("Choose a picture first."),
            "empty": _("This file is empty. Choose another."),
        },
    )


class CloseForm(forms.Form):
    """Closing the account of `user`, confirmed by typing its address."""

    confirmation = forms.CharField(
        label=_("Type your e-mail address to confirm"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type your e-mail address.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_confirmation(self) -> str:
        typed = without_invisible(str(self.cleaned_data["confirmation"]))
        try:
            is_own = normalize_address(typed) == self.user.email
        except ValidationError:
            is_own = False
        if not is_own:
            raise ValidationError(_("This is not the address of your account."), code="other")
        return typed

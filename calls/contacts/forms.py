"""The form of a number's name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.contacts.models import NAME_LENGTH
from core.web.fields import NameField


class ContactForm(forms.Form):
    """The name; empty takes it off."""

    name = NameField(
        label=_("Name of this caller"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=_("Everyone in your organisation sees it. Leave it empty to remove it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

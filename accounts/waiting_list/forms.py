"""The form of the waiting list."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.addresses import AddressField


class WaitingForm(forms.Form):
    """The address to write to."""

    email = AddressField(label=_("E-mail address"))

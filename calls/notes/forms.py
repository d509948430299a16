"""The form of a note."""

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.notes.models import TEXT_LENGTH
from core.web.fields import TextField


class NoteForm(forms.Form):
    """What is noted about a call."""

    text = TextField(
        label=_("Your note"),
        max_length=TEXT_LENGTH,
        help_text=_("Your colleagues read it too. The caller never sees it."),
        error_messages={"required": _("Type your note first.")},
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

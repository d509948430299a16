"""What people type about their organisation."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.addresses import normalize_address
from core.web.fields import LongSelect, PlainTextField, timezone_choices
from organizations.models import LONGEST_RETENTION, Membership, Organization
from organizations.permissions import Role, reach


class OrganizationForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, time zone and language."""

    name = PlainTextField(
        label=_("Name of your business"),
        max_length=80,
        error_messages={"required": _("Type the name of your business.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=timezone_choices,
        widget=LongSelect,
        help_text=_("Your days begin at midnight in this zone."),
        error_messages={"invalid_choice": _("Choose a time zone from the list.")},
    )
    locale = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("The language your business works in."),
        error_messages={"invalid_choice": _("Choose a language from the list.")},
    )

    class Meta:
        model = Organization
        fields = ["name", "timezone", "locale"]


def _days_field(label: Any, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=1,
        max_value=LONGEST_RETENTION,
        error_messages={
            "required": _("Type a number of days."),
            "invalid": _("Type a whole number of days."),
            "min_value": _("Keep it for one day at least."),
            "max_value": _("Keep it for five years at most, which is %(limit_value)s days."),
        },
    )


class SettingsForm(OrganizationForm):
    """Everything an organisation may decide about itself."""

    transcript_days = _days_field(_("Transcripts, in days"), _("What was said, in writing."))
    recording_days = _days_field(_("Recordings, in days"), _("The voices themselves."))

    class Meta(OrganizationForm.Meta):
        fields = [*OrganizationForm.Meta.fields, "transcript_days", "recording_days"]


class InviteForm(forms.Form):
    """Whom to invite, and as what. Only roles that the inviter may give are among the choices."""

    email = forms.CharField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        error_messages={"required": _("Type an e-mail address.")},
    )

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"),
            choices=[(role.value, role.label) for role in reversed(reach(actor.role))],
            initial=Role.MEMBER.value,
            error_messages={"invalid_choice": _("Choose a role from the list.")},
        )

    def clean_email(self) -> str:
        """The normalised address."""
        return normalize_address(self.cleaned_data["email"])

    def clean_role(self) -> Role:
        """The role itself."""
        return Role(self.cleaned_data["role"])


class DeleteForm(forms.Form):
    """Deleting an organisation, confirmed by typing its name."""

    confirmation = forms.CharField(
        label=_("Type the name of the organisation to confirm"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type the name of the organisation.")},
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization

    def clean_confirmation(self) -> str:
        """The name, whatever its capitals and spaces."""
        typed = " ".join(str(self.cleaned_data["confirmation"]).split())
        if typed.casefold() != self.organization.name.casefold():
            raise ValidationError(_("This is not the name of the organisation."), code="other")
        return typed

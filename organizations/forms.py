"""Forms of an organisation: its settings, invitations and deletion."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.addresses import normalize_address
from core.text import comparable
from core.web.fields import NameField, TimezoneChoiceField
from organizations.models import LONGEST_RETENTION, Membership, Organization
from organizations.permissions import Role, reach

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class OrganizationForm(forms.ModelForm):  # type: ignore[type-arg]
    """An organisation's settings, asked for in the set-up too."""

    name = NameField(
        label=_("Name of your business"),
        max_length=80,
        error_messages={"required": _("Type the name of your business.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    timezone = TimezoneChoiceField(
        label=_("Time zone"),
        help_text=_("Choose a city whose clock is yours: your days begin at its midnight."),
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


def _days_field(label: "StrPromise", help_text: "StrPromise") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=LONGEST_RETENTION,
        help_text=help_text,
        error_messages={
            "required": _("Type a number of days."),
            "invalid": _("Type a number of days."),
            "min_value": _("At least one day."),
            "max_value": _("Five years at most: 1825 days."),
        },
    )


class SettingsForm(OrganizationForm):
    """All that the settings page asks for."""

    transcript_days = _days_field(
        _("Days to keep what was said in calls"),
        _("Older conversations are deleted here. Who called, when and what it cost stay."),
    )
    records_calls = forms.BooleanField(
        label=_("Record calls"),
        required=False,
        help_text=_(
            "Your assistants then tell each caller at the start that the call is recorded: the law asks for it."
        ),
    )
    recording_days = _days_field(
        _("Days to keep recordings"),
        _("Older recordings are deleted here. At Vapi they stay as long as your plan there says."),
    )

    class Meta(OrganizationForm.Meta):
        fields = [*OrganizationForm.Meta.fields, "transcript_days", "records_calls", "recording_days"]

    @property
    def shortens_recordings(self) -> bool:
        """Whether the saved form keeps recordings for fewer days than before."""
        return "recording_days" in self.changed_data and (
            self.cleaned_data["recording_days"] < self.initial["recording_days"]
        )


class InviteForm(forms.Form):
    """An address, a role among those that `actor` may give, and the language of the mail."""

    email = forms.CharField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        error_messages={"required": _("Type an e-mail address.")},
    )

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = actor.organization
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"),
            choices=[(role.value, role.label) for role in reversed(reach(actor.role))],
            initial=Role.MEMBER.value,
            error_messages={"invalid_choice": _("Choose a role from the list.")},
        )
        self.fields["locale"] = forms.ChoiceField(
            label=_("Language of the e-mail"),
            choices=settings.LANGUAGES,
            initial=self.organization.locale,
            required=False,  # without one, the organisation's
            help_text=_("A person who has an account gets it in the language of their account."),
            error_messages={"invalid_choice": _("Choose a language from the list.")},
        )

    def clean_email(self) -> str:
        return normalize_address(self.cleaned_data["email"])

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])

    def clean_locale(self) -> str:
        locale: str = self.cleaned_data["locale"]
        return locale or self.organization.locale


class DeleteForm(forms.Form):
    """Confirms a deletion by the organisation's name."""

    confirmation = forms.CharField(
        label=_("Type the name of the organisation to confirm"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type the name of the organisation.")},
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization

    def clean_confirmation(self) -> str:
        """Compare the names as a reader would."""
        typed = str(self.cleaned_data["confirmation"])
        if comparable(typed) != comparable(self.organization.name):
            raise ValidationError(_("This is not the name of the organisation."), code="other")
        return typed

"""The form of a member's wishes for e-mails."""

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

from desk.notices.models import AtOnce, NoticeChoice


def hours() -> list[tuple[int, str]]:
    """The hours of a day, as the active language writes them."""
    return [(hour, time_format(time(hour))) for hour in range(24)]


def hours_or(label: Any) -> list[tuple[int | str, Any]]:
    """The hours, after the choice of none."""
    return [("", label), *hours()]


class HourField(forms.TypedChoiceField):
    """An hour of the day, or none."""

    def __init__(self, *, none: Any, **kwargs: Any) -> None:
        super().__init__(
            choices=lambda: hours_or(none),
            coerce=int,
            empty_value=None,
            required=False,
            error_messages={"invalid_choice": _("Choose an hour from the list.")},
            **kwargs,
        )


class NoticeForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a member is told at once, the daily summary, and the quiet hours."""

    at_once = forms.ChoiceField(
        label=_("By e-mail as soon as it comes in"),
        choices=AtOnce.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what we write to you about."),
            "invalid_choice": _("Choose what we write to you about."),
        },
    )
    digest_hour = HourField(
        label=_("One summary a day"),
        none=_("No summary"),
        help_text=_("What came in, what is still open, missed calls and what the day cost."),
    )
    quiet_from = HourField(label=_("Quiet from"), none=_("No quiet hours"))
    quiet_until = HourField(
        label=_("Quiet until"),
        none=_("No quiet hours"),
        help_text=_("What comes in meanwhile is sent at the end, unless it is done by then."),
    )

    class Meta:
        model = NoticeChoice
        fields = ["at_once", "digest_hour", "quiet_from", "quiet_until"]

    def clean(self) -> dict[str, Any]:
        """Quiet hours have two different ends."""
        cleaned = super().clean() or self.cleaned_data
        start, stop = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if self.has_error("quiet_from") or self.has_error("quiet_until"):
            return cleaned
        if (start is None) != (stop is None):
            missing = "quiet_from" if start is None else "quiet_until"
            self.add_error(
                missing, ValidationError(_("Choose when the quiet hours begin and end."), code="one")
            )
        elif start is not None and start == stop:
            self.add_error(
                "quiet_until", ValidationError(_("Choose another hour than the first."), code="same")
            )
        return cleaned

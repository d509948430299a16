"""The choice of the assistant that calls back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assistants.models import Assistant
from calls.call_back.selectors import callers
from organizations.models import Organization


class CallBackForm(forms.Form):
    """Which assistant calls."""

    assistant = forms.TypedChoiceField(
        label=_("Who calls"),
        error_messages={"required": _("Choose an assistant."), "invalid_choice": _("Choose an assistant.")},
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.callers = callers(organization)
        field = self.fields["assistant"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - for the type checker
        # Isolated: a name of the other direction must not turn the line round.
        field.choices = [(str(each.pk), f"\u2068{each.name}\u2069") for each in self.callers]
        field.coerce = self._find

    def _find(self, identity: str) -> Assistant:
        return next(each for each in self.callers if str(each.pk) == identity)

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sandbox.calls.missed import MISSES
from sandbox.calls.personas import LENGTHS, PERSONAS
from sandbox.calls.services import account_of
from sandbox.models import Assistant, PhoneNumber, Trouble
from sandbox.querysets import OwnedQuerySet
from sandbox.trouble.switches import KINDS, LONGEST_HANG

CALLER = "+33639981234"  # of the range that ARCEP keeps for fiction
MOST_ASSISTANTS = 100
MOST_TIMES = 1000


class AssistantChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Assistants by name, and the suffix of the key they belong to."""

    def label_from_instance(self, assistant: Any) -> str:
        # Isolated: a Hebrew name must not turn the key round.
        name = f"\u2068{assistant.name or assistant.id}\u2069"
        continued = assistant.key.removeprefix(settings.SANDBOX_VAPI_KEY).lstrip("-")
        return f"{name} · {continued[:12]}" if continued else name


_CALLERS = [
    *((name, persona.label) for name, persona in PERSONAS.items()),
    *((name, miss.label) for name, miss in MISSES.items()),
]


class CallForm(forms.Form):
    """A simulated call to an assistant."""

    assistant = AssistantChoice(
        label=_("Assistant"),
        queryset=Assistant.objects.none(),
        empty_label=None,
        error_messages={"required": _("Choose an assistant."), "invalid_choice": _("Choose an assistant.")},
    )
    persona = forms.ChoiceField(
        label=_("Who calls"),
        choices=_CALLERS,
    )
    length = forms.ChoiceField(label=_("Length of the call"), choices=list(LENGTHS.items()), initial="medium")
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("The assistant’s")), *settings.LANGUAGES], required=False
    )
    pace = forms.ChoiceField(
        label=_("When it takes place"),
        choices=[("live", _("Now, in real time")), ("over", _("It is already over"))],
        help_text=_("A call that is already over shows its transcript and its recording at once."),
    )
    number = forms.CharField(
        label=_("Caller’s number"),
        initial=CALLER,
        validators=[
            RegexValidator(r"^\+[1-9]\d{6,14}$", _("Type a number with its country code, such as +33…"))
        ],
        widget=forms.TextInput(attrs={"inputmode": "tel", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, assistants: OwnedQuerySet[Assistant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = assistants.values("pk")[:MOST_ASSISTANTS]
        self.fields["assistant"].queryset = Assistant.objects.filter(pk__in=newest)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Find the number that is dialled, if any. A call in vain needs one of an organisation's own account."""
        cleaned = super().clean() or self.cleaned_data
        if assistant := cleaned.get("assistant"):
            numbers, is_in_vain = PhoneNumber.objects.of(assistant.key), cleaned.get("persona") in MISSES
            answered = numbers if is_in_vain else numbers.filter(body__assistantId=str(assistant.id))
            cleaned["dialled"] = answered.first()
            if is_in_vain and account_of(cleaned["dialled"]) == settings.SANDBOX_TWILIO_SID:
                self.add_error(
                    "persona", _("Connect the number of the trial mode first, so that there is one to ring.")
                )
        return cleaned


def _troubles() -> list[tuple[str, Any]]:
    return [
        (f"{provider}:{kind}", format_lazy("{} · {}", Trouble.Provider(provider).label, text))
        for provider, kinds in KINDS.items()
        for kind, text in kinds.items()
    ]


class TroubleForm(forms.Form):
    """A fault to switch on."""

    trouble = forms.ChoiceField(label=_("Kind of trouble"), choices=_troubles)
    times = forms.IntegerField(
        label=_("How many times"),
        required=False,
        min_value=1,
        max_value=MOST_TIMES,
        help_text=_("Leave it empty to go on until you switch it off."),
    )
    seconds = forms.IntegerField(
        label=_("How many seconds"),
        initial=5,
        min_value=0,
        max_value=LONGEST_HANG,
        help_text=_("For what comes late, and for Retry-After."),
    )


class TroubleNameForm(forms.Form):
    """The faults to switch off: one, a provider's, or with empty fields all."""

    provider = forms.CharField(required=False)
    kind = forms.CharField(required=False)

"""The forms of the cards: each makes an `Answer`. Those with rows are in `row_forms` and `hours_form`."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.web.fields import TextField
from core.web.phone_fields import PhoneField
from organizations.countries import country_of
from organizations.facts.answers import Answer, digest_of
from organizations.facts.models import TEXT_LENGTH
from organizations.models import Organization


class AnswerForm(forms.Form):
    """An answer in words: the form of most topics, and the base of the others.

    `answer` fills the form; None where the topic is open. `seen` is `digest_of` that answer.
    """

    template: ClassVar[str] = "organizations/facts/form/_text.html"
    needs_text: ClassVar[bool] = True

    text = TextField(
        label=_("Your answer"),
        max_length=TEXT_LENGTH,
        error_messages={"required": _("Type your answer, or say that it does not apply to you.")},
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-keep": True}))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        organization: Organization,
        answer: Answer | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.organization = organization
        filled = answer if answer and answer.applies else Answer()
        values = initial or {**self.initial_of(filled), "seen": digest_of(answer)}
        super().__init__(data, initial=dict(values))
        self.fields["text"].required = self.needs_text

    def initial_of(self, answer: Answer) -> dict[str, Any]:
        """What the fields hold for an answer."""
        return {"text": answer.text}

    @property
    def answer(self) -> Answer:
        """The cleaned answer."""
        return Answer(text=self.cleaned_data["text"])

    def typed(self) -> dict[str, Any]:
        """What was typed, as the initial values of a form that is shown again without being judged."""
        return {
            name: field.widget.value_from_datadict(self.data, self.files, name)
            for name, field in self.fields.items()
        }


class EmergencyForm(AnswerForm):
    """A phone number for emergencies, and what counts as one; one of them may be missing."""

    template = "organizations/facts/form/_emergency.html"
    needs_text = False

    phone = PhoneField(label=_("Phone number"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phone = self.fields["phone"]
        assert isinstance(phone, PhoneField)  # noqa: S101 - for the type checker
        phone.region = country_of(self.organization)
        self.fields["text"].label = _("What is urgent, and what callers should do")

    def initial_of(self, answer: Answer) -> dict[str, Any]:
        return super().initial_of(answer) | {"phone": answer.phone}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("phone") and not data.get("text"):
            self.add_error("phone", ValidationError(_("Type a phone number, or what callers should do.")))
        return data

    @property
    def answer(self) -> Answer:
        number = self.cleaned_data["phone"]
        return Answer(text=self.cleaned_data["text"], phone=str(number.as_e164) if number else "")

"""The answer to a question that an assistant could not answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.fields import TextField
from desk.models import UnansweredQuestion
from organizations.facts.models import ANSWER_LENGTH, QUESTION_LENGTH


class OneLineField(TextField):
    """One line: the assistants' instructions have a line for each fact."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class AnswerQuestionForm(forms.Form):
    """The question as the organisation words it, and its answer. Each stands on a page with others."""

    question = OneLineField(
        label=_("Question"),
        max_length=QUESTION_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={"required": _("Type the question.")},
    )
    answer = OneLineField(
        label=_("Your answer"),
        max_length=ANSWER_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={"required": _("Type the answer.")},
    )

    def __init__(self, data: Any = None, *, about: UnansweredQuestion, **kwargs: Any) -> None:
        self.about = about
        initial = {"question": about.text[:QUESTION_LENGTH]}
        super().__init__(data, initial=initial, auto_id=f"id_%s_{about.pk}", **kwargs)

    @property
    def needs_wording(self) -> bool:
        """Whether a person has to word the question: it is too long for the assistants' instructions, or refused."""
        return len(self.about.text) > QUESTION_LENGTH or "question" in self.errors

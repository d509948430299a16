"""Forms with rows: closures, and questions with their answers. An empty row is left out."""

import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.fields import TextField
from organizations.facts.answers import Answer, Asked, Closed
from organizations.facts.forms import AnswerForm
from organizations.facts.models import (
    ANSWER_LENGTH,
    MOST_CLOSURES,
    MOST_QUESTIONS,
    QUESTION_LENGTH,
    WORD_LENGTH,
)

Row = dict[str, forms.BoundField]


class RowsForm(AnswerForm):
    """A form whose fields repeat: `opens_0`, `opens_1` … The hidden field `rows` says how often."""

    needs_text = False
    most: ClassVar[int]
    fewest: ClassVar[int] = 1

    rows = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        answer: Answer | None = None,
        initial: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, answer=answer, initial=initial, **kwargs)
        source = data if data is not None else self.initial
        self.count = _within(source.get("rows"), self.fewest, self.most)
        self.initial["rows"] = self.count
        for place in range(self.count):
            for name, field in self.row_fields().items():
                self.fields[f"{name}_{place}"] = field

    def row_fields(self) -> dict[str, forms.Field]:
        """New fields of one row."""
        raise NotImplementedError

    def rows_initial(self, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """Initial values of rows, with an empty one after them."""
        filled = list(rows)
        values = {f"{name}_{place}": value for place, row in enumerate(filled) for name, value in row.items()}
        return {**values, "rows": len(filled) + 1}

    @property
    def shown_rows(self) -> list[Row]:
        """The fields of each row by their name."""
        return [{name: self[f"{name}_{place}"] for name in self.row_fields()} for place in range(self.count)]

    @property
    def may_grow(self) -> bool:
        return self.count < self.most

    def grown(self) -> dict[str, Any]:
        """What was typed, and one more row."""
        return self.typed() | {"rows": self.count + 1}

    def cleaned_rows(self) -> list[tuple[int, dict[str, Any]]]:
        """The rows that hold anything, with their place; empty for rows with an error."""
        rows = [
            (place, {name: self.cleaned_data.get(f"{name}_{place}") for name in self.row_fields()})
            for place in range(self.count)
        ]
        return [(place, row) for place, row in rows if any(row.values())]

    def refuse(self, field: str, place: int, message: Any) -> None:
        """Show an error beside a field of a row, unless it has one."""
        if f"{field}_{place}" not in self.errors:
            self.add_error(f"{field}_{place}", ValidationError(message))


class ClosuresForm(RowsForm):
    """Closed days, each with a first day, a last day and a reason; the text is about public holidays."""

    template = "organizations/facts/form/_closures.html"
    most = MOST_CLOSURES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("And on public holidays?")

    @property
    def today(self) -> date:
        """Today where the organisation is."""
        return timezone.localdate(timezone=zoneinfo.ZoneInfo(self.organization.timezone))

    def row_fields(self) -> dict[str, forms.Field]:
        return {
            "first": _date_field(_("First day")),
            "last": _date_field(_("Last day")),
            "word": _line_field(_("Reason, if callers may know it"), WORD_LENGTH),
        }

    def initial_of(self, answer: Answer) -> dict[str, Any]:
        coming = [each for each in answer.closures if each.last_day >= self.today]
        rows = [{"first": each.first_day, "last": each.last_day, "word": each.word} for each in coming]
        return super().initial_of(answer) | self.rows_initial(rows)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.closures: list[Closed] = []
        for place, row in self.cleaned_rows():
            self._clean_row(place, row)
        if not self.errors and not self.closures and not data.get("text"):
            self.refuse("first", 0, _("Choose a day, or say that it does not apply to you."))
        return data

    def _clean_row(self, place: int, row: dict[str, Any]) -> None:
        first, last = row["first"], row["last"] or row["first"]
        if first is None:
            self.refuse("first", place, _("Choose the first day."))
        elif last < first:
            self.refuse("last", place, _("The last day comes before the first one."))
        elif last < self.today:
            self.refuse("first", place, _("This day is past. Choose a later one."))
        elif any(first <= each.last_day and each.first_day <= last for each in self.closures):
            self.refuse("first", place, _("These days are on another line already."))
        else:
            self.closures.append(Closed(first, last, row["word"]))

    @property
    def answer(self) -> Answer:
        return Answer(text=self.cleaned_data["text"], closures=tuple(sorted(self.closures)))


class QuestionsForm(RowsForm):
    """The organisation's own questions and answers, in their order."""

    template = "organizations/facts/form/_questions.html"
    most = MOST_QUESTIONS

    def row_fields(self) -> dict[str, forms.Field]:
        return {
            "question": _line_field(_("Question"), QUESTION_LENGTH),
            "answer": _line_field(_("Answer"), ANSWER_LENGTH),
        }

    def initial_of(self, answer: Answer) -> dict[str, Any]:
        return self.rows_initial(each._asdict() for each in answer.questions)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        rows = self.cleaned_rows()
        for place, row in rows:
            if not row["question"]:
                self.refuse("question", place, _("Type the question."))
            elif not row["answer"]:
                self.refuse("answer", place, _("Type the answer."))
        if not rows and not self.errors:
            self.refuse("question", 0, _("Type a question, or say that there is none."))
        return data

    def moved_up(self, place: str) -> dict[str, Any]:
        """What was typed, with the row at `place` before the one above it."""
        typed, below = self.typed(), _within(place, 1, self.count - 1) if self.count > 1 else 0
        for name in self.row_fields() if below else ():
            here, above = f"{name}_{below}", f"{name}_{below - 1}"
            typed[here], typed[above] = typed[above], typed[here]
        return typed

    @property
    def answer(self) -> Answer:
        return Answer(questions=tuple(Asked(**row) for _place, row in self.cleaned_rows()))


def _within(value: Any, fewest: int, most: int) -> int:
    """A number that was typed or sent, within bounds; the fewest for anything else."""
    text = str(value)
    return min(max(int(text), fewest), most) if text.isdecimal() and len(text) < 4 else fewest


def _date_field(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    message = _("This date does not exist. Write it like 2026-08-31.")
    return forms.DateField(
        label=label,
        required=False,
        widget=widget,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": message},
    )


class _LineField(TextField):
    """One line: no browser sends another one from such a field, and the instructions have a line for each fact."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


def _line_field(label: Any, length: int) -> TextField:
    widget = forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    return _LineField(label=label, max_length=length, required=False, widget=widget)

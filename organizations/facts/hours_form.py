"""The form of opening hours: days that share their hours are typed together, in native fields of days and times."""

from collections.abc import Iterator
from datetime import time
from itertools import groupby
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from organizations.facts.answers import Answer, Span
from organizations.facts.grammar import GRAMMARS
from organizations.facts.models import Hours
from organizations.facts.row_forms import RowsForm

_DAY = 24 * 60
_HEBREW_DAYS = "בגדהושא"  # from Monday
_PAIRS = (("opens", "closes"), ("reopens", "recloses"))


class HoursForm(RowsForm):
    """Kinds of hours, and rows of days with one or two spans. Days that are in no row are closed."""

    template = "organizations/facts/form/_hours.html"
    most = 14  # each day twice
    fewest = 2

    hours = forms.ChoiceField(
        label=_("Your hours"),
        choices=Hours.choices,
        initial=Hours.WEEKLY,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of the three.")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Anything to add?")

    def row_fields(self) -> dict[str, forms.Field]:
        return {
            **{
                f"day{day}": forms.BooleanField(label=_short_name(day), required=False)
                for day in week_of_reader()
            },
            "opens": _time_field(_("From")),
            "closes": _time_field(_("Until")),
            "reopens": _time_field(_("And from")),
            "recloses": _time_field(_("Until")),
        }

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The rows as the template shows them: `days` are the fields of the days with their whole names."""
        return [
            {**row, "days": [(row[f"day{day}"], WEEKDAYS[day]) for day in week_of_reader()]}
            for row in self.shown_rows
        ]

    def initial_of(self, answer: Answer) -> dict[str, Any]:
        rows = self.rows_initial(_rows_of(answer))
        return super().initial_of(answer) | rows | {"hours": answer.hours or Hours.WEEKLY}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.spans: list[Span] = []
        if data.get("hours") == Hours.ALWAYS:
            # The rows are not shown then, nor what is wrong with them.
            for name in set(self.errors) - {"hours", "text"}:
                del self.errors[name]
            return data
        for place, row in self.cleaned_rows():
            self._clean_row(place, row)
        if not self.errors and not self.spans and data.get("hours") == Hours.WEEKLY:
            self.refuse("opens", 0, _("Choose days, and type when you open and close."))
        return data

    def _clean_row(self, place: int, row: dict[str, Any]) -> None:
        days = [day for day in range(7) if row[f"day{day}"]]
        if not days:
            self.refuse("opens", place, _("Choose the days of these hours."))
        elif all(row[name] is None for pair in _PAIRS for name in pair):
            self.refuse("opens", place, _("Type when you open and close on these days."))
        for names in _PAIRS if days else ():
            self._clean_span(place, days, names, (row[names[0]], row[names[1]]))

    def _clean_span(
        self, place: int, days: list[int], names: tuple[str, str], times: tuple[time | None, time | None]
    ) -> None:
        (opens, closes), (begins, ends) = names, times
        if begins is None or ends is None:
            if begins != ends:
                self.refuse(opens if begins is None else closes, place, _("Type both times."))
            return
        spans = [Span(day, begins, ends) for day in days]
        if begins == ends:
            self.refuse(closes, place, _("You would open and close at the same time."))
        elif any(_overlap(one, other) for one in spans for other in (*self.spans, *spans) if one != other):
            self.refuse(opens, place, _("These hours overlap others."))
        elif set(spans) & set(self.spans):
            self.refuse(opens, place, _("These hours are on another line already."))
        else:
            self.spans += spans

    @property
    def answer(self) -> Answer:
        data = self.cleaned_data
        return Answer(text=data["text"], hours=data["hours"], spans=tuple(sorted(self.spans)))


def week_of_reader() -> list[int]:
    """The days of the week in the order of the page's language; 0 is Monday."""
    first = GRAMMARS[get_language() or "en"].first_weekday
    return [(first + place) % 7 for place in range(7)]


def _short_name(day: int) -> str:
    """A day as a button can hold it. Hebrew counts its days, and Django has no short names for them."""
    return f"{_HEBREW_DAYS[day]}׳" if get_language() == "he" else str(WEEKDAYS_ABBR[day])


def _rows_of(answer: Answer) -> Iterator[dict[str, Any]]:
    """Days with the same hours as one row, two spans at most."""
    chunks: dict[tuple[tuple[time, time], ...], list[int]] = {}
    for day, spans in groupby(answer.spans, key=lambda span: span.weekday):
        times = [(span.opens, span.closes) for span in spans]
        for start in range(0, len(times), 2):
            chunks.setdefault(tuple(times[start : start + 2]), []).append(day)
    for pairs, days in chunks.items():
        row: dict[str, Any] = {f"day{day}": True for day in days}
        for names, pair in zip(_PAIRS, pairs, strict=False):
            row |= dict(zip(names, pair, strict=True))
        yield row


def _overlap(one: Span, other: Span) -> bool:
    """Whether two spans of the week have a minute in common; the night after Sunday is Monday's morning."""
    week = 7 * _DAY
    (begins, lasts), (other_begins, other_lasts) = _minutes(one), _minutes(other)
    return (other_begins - begins) % week < lasts or (begins - other_begins) % week < other_lasts


def _minutes(span: Span) -> tuple[int, int]:
    """Minutes from Monday's midnight to the beginning, and from there to the end."""
    begins, ends = (each.hour * 60 + each.minute for each in (span.opens, span.closes))
    return span.weekday * _DAY + begins, (ends - begins) % _DAY


class _MinuteField(forms.TimeField):
    """A time of the day to the minute: seconds that are sent count neither as a span nor as a difference."""

    def to_python(self, value: Any) -> time | None:
        found = super().to_python(value)
        return found and found.replace(second=0)


def _time_field(label: Any) -> forms.TimeField:
    return _MinuteField(
        label=label,
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": _("This is not a time of day. Write it like 09:30.")},
    )

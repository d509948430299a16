"""What the page of a call shows of its summary."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from calls.models import Call, CallSummary
from calls.summaries.models import Urgency
from calls.summaries.selectors import find_summary

_TONES: dict[str, str] = {Urgency.LOW: "hollow", Urgency.URGENT: "bad"}
_LABELS: dict[str, Promise] = {
    "purpose": pgettext_lazy("what the caller wanted", "What for"),
    "caller_name": pgettext_lazy("what the caller wanted", "Name"),
    "callback_number": pgettext_lazy("what the caller wanted", "Call back on"),
    "wanted_at": pgettext_lazy("what the caller wanted", "When"),
    "wishes": pgettext_lazy("what the caller wanted", "Details"),
}


@dataclass(frozen=True)
class Value:
    """A value with its label: a text, or a number in E.164."""

    label: Promise
    text: str = ""
    number: str = ""
    is_unsure: bool = False


@dataclass(frozen=True)
class SummaryCard:
    """The values that were told; an urgency that is not the usual one, with the `tone` of its badge."""

    subject: str
    is_subject_unsure: bool
    urgency: str
    tone: str
    is_urgency_unsure: bool
    values: list[Value]
    questions: list[str]


def read_card(call: Call) -> SummaryCard | None:
    """The card of a call; None where nothing is known, or what was said is deleted."""
    summary = find_summary(call)
    if summary is None or call.transcript_deleted_at:
        return None
    is_told = summary.urgency in _TONES
    return SummaryCard(
        subject=summary.subject,
        is_subject_unsure="subject" in summary.unsure,
        urgency=summary.get_urgency_display() if is_told else "",
        tone=_TONES.get(summary.urgency, ""),
        is_urgency_unsure="urgency" in summary.unsure,
        values=list(_values(summary)),
        questions=summary.unanswered,
    )


def _values(summary: CallSummary) -> Iterator[Value]:
    texts = {name: getattr(summary, name) for name in _LABELS}
    texts["purpose"] = summary.get_purpose_display()
    for name, text in texts.items():
        is_number = name == "callback_number"
        if text:
            yield Value(
                _LABELS[name],
                text="" if is_number else text,
                number=text if is_number else "",
                is_unsure=name in summary.unsure,
            )

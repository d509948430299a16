"""What the page of one call shows besides its row: why it ended, its course, its costs, the caller's other calls."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language_bidi, pgettext_lazy
from django.utils.translation import gettext as _

from assistants.grammar import inflect
from calls.endings.causes import TWILIO_PREFIX
from calls.endings.explanations import Explanation, explain
from calls.enums import CostState, Kind, Part, Status
from calls.history.selectors import CallRow
from calls.models import Call, CostPart, Recording, Transfer, Turn
from calls.recordings.voices import Voice, voices_of
from calls.summaries.card import SummaryCard, read_card

OTHERS_SHOWN = 5
# Vapi's report, and the recording, come within seconds of the end; a page that waits longer would wait for ever.
REPORT_EXPECTED = timedelta(minutes=10)
BAR_GAP = Decimal("0.7")  # percent of the bar


@dataclass(frozen=True)
class Step:
    """A moment of the call's course, or a transfer, which has no time; `tone` colours its dot."""

    at: datetime | None
    words: str | Promise
    tone: str = ""
    transfer: Transfer | None = None


@dataclass(frozen=True)
class Slice:
    """A part of the cost, and its piece of the bar: `x` and `width` in percent, `rank` from 1 chooses its colour."""

    part: CostPart
    rank: int
    x: str
    width: str


@dataclass(frozen=True)
class Bill:
    """The parts of the cost in one currency."""

    currency: str
    total: Decimal
    slices: list[Slice]

    @property
    def is_estimated(self) -> bool:
        """Whether a part is."""
        return any(each.part.state == CostState.ESTIMATED for each in self.slices)


@dataclass(frozen=True)
class CallPage(CallRow):
    """A call as its own page shows it."""

    @cached_property
    def turns(self) -> list[Turn]:
        return list(self.call.turns.all())

    @cached_property
    def transfers(self) -> list[Transfer]:
        """The attempts to put the caller through, which Vapi's report gives no times of."""
        return list(self.call.transfers.all())

    @cached_property
    def wanted(self) -> SummaryCard | None:
        """What the caller wanted; None where it is not known, or deleted."""
        return read_card(self.call)

    @cached_property
    def explanation(self) -> Explanation | None:
        """None while the call runs."""
        return explain(self.cause, self.call.assistant, self.call.ended_reason) if self.cause else None

    @property
    def recording(self) -> Recording | None:
        """None where Vapi was not asked to record, or had nothing to record."""
        return getattr(self.call, "recording", None)

    @property
    def voices(self) -> Iterator[Voice]:
        """Who speaks when, for the player."""
        return voices_of(self.turns, self.call.seconds or 0)

    @property
    def is_waiting(self) -> bool:
        """Whether Vapi is expected to tell more soon, so that the page asks again by itself."""
        if not self.call.has_ended or not self.call.vapi_id:
            return not self.call.has_ended
        is_due = not self.call.is_reported or (self.recording is not None and self.recording.is_waiting)
        return is_due and timezone.now() - self.call.changed_at < REPORT_EXPECTED

    @property
    def mark(self) -> str:
        """Changes with everything that the page shows of the call."""
        return self.call.changed_at.isoformat()

    @cached_property
    def bills(self) -> list[Bill]:
        """One for each currency; amounts of two currencies are never added."""
        parts = sorted(self.call.cost_parts.all(), key=lambda each: (each.currency, _rank(each)))
        return [
            _bill(currency, list(group)) for currency, group in groupby(parts, lambda each: each.currency)
        ]

    @property
    def provider_words(self) -> str:
        """Why it ended, as the provider says it."""
        return (
            self.call.ended_reason
            if self.call.vapi_id
            else self.call.ended_reason.removeprefix(TWILIO_PREFIX)
        )

    @property
    def is_cost_open(self) -> bool:
        """Whether an amount may still grow."""
        return not self.call.is_priced or any(
            part.state != CostState.FINAL for part in self.call.cost_parts.all()
        )

    @property
    def steps(self) -> list[Step]:
        """The course of the call, in order."""
        call = self.call
        steps = [Step(call.created_at, _BEGINS.get(call.kind, _BEGINS[Kind.INBOUND]))]
        if call.started_at:
            steps.append(Step(call.started_at, self._answered(), "voice"))
        steps += [Step(None, "", transfer=transfer) for transfer in self.transfers]
        if call.ended_at and self.cause:
            steps.append(Step(call.ended_at, self.cause.label, self.tone))
        return steps

    @cached_property
    def others(self) -> list[CallRow]:
        """The newest other calls with this number."""
        if not self.call.customer_number:
            return []
        rows = Call.objects.filter(
            organization=self.call.organization_id, customer_number=self.call.customer_number
        )
        newest = rows.newest_first()[: OTHERS_SHOWN + 1]
        return [CallRow(call) for call in newest if call.pk != self.call.pk][:OTHERS_SHOWN]

    def _answered(self) -> str:
        assistant = self.call.assistant
        if self.call.kind == Kind.OUTBOUND:
            return _("The call is answered")
        if assistant is None:
            return _("The assistant answers")
        words = inflect(assistant, feminine=_SHE_ANSWERS, masculine=_HE_ANSWERS)
        return str(words) % {"name": assistant.name}


_SHE_ANSWERS = pgettext_lazy("feminine", "%(name)s answers")
_HE_ANSWERS = pgettext_lazy("masculine", "%(name)s answers")
_BEGINS: dict[str, str | Promise] = {
    Kind.INBOUND: pgettext_lazy("a call begins", "The phone rings"),
    Kind.OUTBOUND: pgettext_lazy("a call begins", "The number is dialled"),
    Kind.WEB: pgettext_lazy("a call begins", "The call begins in the browser"),
}
STATES = {
    Status.QUEUED: pgettext_lazy("a call under way", "The call is about to start."),
    Status.RINGING: pgettext_lazy("a call under way", "It is ringing."),
    Status.IN_PROGRESS: pgettext_lazy("a call under way", "The conversation is under way."),
    Status.FORWARDING: pgettext_lazy("a call under way", "The call is being put through."),
}


def _rank(part: CostPart) -> int:
    """The position among the parts of a bill: Vapi's before Twilio's."""
    return Part.values.index(part.part)


def _bill(currency: str, parts: list[CostPart]) -> Bill:
    total = sum((part.amount for part in parts), Decimal())
    scale = (100 - BAR_GAP * (len(parts) - 1)) / total if total else Decimal()
    x, slices = Decimal(), []
    for rank, part in enumerate(parts, 1):
        width = part.amount * scale
        start = 100 - x - width if get_language_bidi() else x
        slices.append(Slice(part, rank, f"{start:.2f}%", f"{width:.2f}%"))
        x += width + BAR_GAP
    return Bill(currency, total, slices)

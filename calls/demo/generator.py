"""Invents calls as they come to a shop: busy hours, a closed day, several languages, every kind of ending and cost."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.utils import timezone

from assistants.models import Assistant
from calls.demo.conversations import Conversation, invent
from calls.demo.summaries import sum_up
from calls.enums import CostState, Kind, Part, Speaker, Status
from calls.models import Call, CallSummary, CallTotal, CostPart, Turn
from calls.summaries.models import SUBJECT_LENGTH
from connections.enums import Provider
from organizations.models import Organization

Choice = TypeVar("Choice")

OUR_NUMBER = "+33465712210"
# Numbers that no one has: France (ARCEP) and the United Kingdom (Ofcom) keep them for films and books.
FICTIONAL_NUMBERS = {"fr": ("+3363998", 4), "he": ("+3363998", 4), "en": ("+447700900", 3)}
LANGUAGE_SHARES = {"fr": 78, "en": 14, "he": 8}
HOURS = {7: 8, 8: 14, 9: 11, 10: 9, 11: 13, 12: 9, 13: 4, 14: 4, 15: 6, 16: 9, 17: 12, 18: 8, 19: 3, 21: 1}
WEEKDAYS = (0.1, 1, 1.1, 1, 1.3, 1.8, 0.9)  # from Monday, when the bakery is closed
REASONS = {
    "customer-ended-call": 560,
    "assistant-ended-call": 240,
    "assistant-forwarded-call": 60,
    "silence-timed-out": 30,
    "call.forwarding.no-answer": 12,
    "exceeded-max-duration": 8,
    "call.in-progress.error-providerfault-openai-llm-failed": 4,
    "call.in-progress.error-providerfault-transport-never-connected": 3,
    "call.in-progress.error-vapifault-eleven-labs-voice-failed": 2,
}
UNANSWERED = {
    Kind.INBOUND: "call.ringing.sip-inbound-caller-hungup-before-call-connect",
    Kind.OUTBOUND: "customer-did-not-answer",
}
CENTS_A_MINUTE = {Part.STT: 10, Part.LLM: 22, Part.TTS: 38, Part.VAPI: 50}  # thousandths of a dollar
TWILIO_A_MINUTE = Decimal("0.0085")


@dataclass
class Batch:
    """Rows of several calls, to be written in this order."""

    calls: list[Call] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    parts: list[CostPart] = field(default_factory=list)
    summaries: list[CallSummary] = field(default_factory=list)
    totals: list[CallTotal] = field(default_factory=list)


class Inventor:
    """Invents the calls of one organisation; the same seed gives the same calls, but for their ids."""

    def __init__(self, organization: Organization, *, days: int, seed: int, our_number: str = "") -> None:
        self.organization = organization
        self.chance = random.Random(seed)  # noqa: S311 - nothing secret is drawn
        self.our_number = our_number or OUR_NUMBER
        self.now = timezone.now()
        zone = ZoneInfo(organization.timezone)
        today = timezone.localtime(self.now, zone).date()
        self.dates = [today - timedelta(days=back) for back in range(days)]
        self.date_weights = [WEEKDAYS[day.weekday()] for day in self.dates]
        self.zone = zone
        self.assistants: dict[str, Assistant] = {}
        for assistant in Assistant.objects.for_organization(organization).listed():
            self.assistants.setdefault(assistant.language, assistant)

    def batches(self, count: int, size: int) -> Iterator[Batch]:
        """`count` calls, `size` at a time, the oldest first: a database stores real ones in that order too."""
        moments = sorted(self._moment() for _ in range(count))
        for done in range(0, count, size):
            batch = Batch()
            for moment in moments[done : done + size]:
                self._add_call(batch, moment)
            yield batch

    def _add_call(self, batch: Batch, moment: datetime) -> None:
        language = self._pick(LANGUAGE_SHARES)
        assistant = self.assistants.get(language) or next(iter(self.assistants.values()), None)
        kind = Kind.INBOUND if self.chance.random() < 0.94 else Kind.OUTBOUND
        call = Call(
            organization=self.organization,
            assistant=assistant,
            vapi_id=f"demo-{uuid.uuid4()}",
            assistant_vapi_id=assistant.vapi_id if assistant else "",
            kind=kind,
            is_test=self.chance.random() < 0.02,
            customer_number=self._number(language, kind),
            our_number=self.our_number,
            status=Status.ENDED,
            created_at=moment,
            report_version="demo",
        )
        if self.chance.random() < (0.05 if kind == Kind.INBOUND else 0.3):
            self._leave_unanswered(call)
        else:
            self._converse(call, invent(self.chance, language), batch)
        call.changed_at = (call.ended_at or call.created_at) + timedelta(seconds=8)
        batch.calls.append(call)

    def _leave_unanswered(self, call: Call) -> None:
        call.ended_reason = UNANSWERED[Kind(call.kind)]
        call.ended_at = call.created_at + timedelta(seconds=self.chance.randint(4, 25))

    def _converse(self, call: Call, conversation: Conversation, batch: Batch) -> None:
        call.ended_reason = self._pick(REASONS)
        lines = conversation.lines
        if call.ended_reason == "silence-timed-out" or self.chance.random() < 0.04:
            lines = lines[:1]
        at = Decimal("0.4")
        for position, text in enumerate(lines):
            lasts = Decimal(len(text)) / 14
            speaker = Speaker.CALLER if position % 2 else Speaker.ASSISTANT
            turn = Turn(call_id=call.pk, position=position, speaker=speaker, text=text, at=at, lasts=lasts)
            batch.turns.append(turn)
            at += lasts + self.chance.randint(4, 22) / Decimal(10)
        call.subject = lines[1][:SUBJECT_LENGTH] if len(lines) > 1 else ""
        if len(lines) > 1:
            self._sum_up(call, conversation, batch)
        call.seconds = int(at) + self.chance.randint(1, 6)
        call.started_at = call.created_at + timedelta(seconds=self.chance.randint(1, 4))
        call.ended_at = call.started_at + timedelta(seconds=call.seconds)
        self._bill(call, batch)

    def _sum_up(self, call: Call, conversation: Conversation, batch: Batch) -> None:
        number = self._number(conversation.language, Kind.OUTBOUND)
        if summary := sum_up(call, conversation, self.chance, number):
            batch.summaries.append(summary)
            call.subject = summary.subject

    def _bill(self, call: Call, batch: Batch) -> None:
        """Vapi charges by the second, Twilio by the minute begun."""
        minutes = Decimal(call.seconds or 0) / 60
        amounts = [
            (Provider.VAPI, part, minutes * rate * self.chance.randint(85, 115) / 100_000)
            for part, rate in CENTS_A_MINUTE.items()
        ]
        amounts.append((Provider.TWILIO, Part.PARENT_LEG, (int(minutes) + 1) * TWILIO_A_MINUTE))
        parts = [
            CostPart(call_id=call.pk, provider=provider, part=part, amount=round(amount, 6), currency="USD",
                     state=CostState.FINAL)
            for provider, part, amount in amounts
        ]  # fmt: skip
        batch.parts.extend(parts)
        total = sum((part.amount for part in parts), Decimal())
        batch.totals.append(
            CallTotal(call=call, organization=self.organization, currency="USD", amount=total)
        )

    def _number(self, language: str, kind: Kind) -> str:
        """A number, sooner one of the regular callers'; 7 % of callers withhold theirs."""
        if kind == Kind.INBOUND and self.chance.random() < 0.07:
            return ""
        prefix, digits = FICTIONAL_NUMBERS[language]
        drawn = int(self.chance.random() ** 2 * 10**digits)
        return f"{prefix}{drawn:0{digits}}"

    def _moment(self) -> datetime:
        """A moment of the organisation's opening hours, never in the future."""
        day = self.chance.choices(self.dates, self.date_weights)[0]
        seconds = self.chance.randrange(3600)
        clock = time(self._pick(HOURS), seconds // 60, seconds % 60, self.chance.randrange(1_000_000))
        moment = datetime.combine(day, clock, self.zone)
        latest = self.now - timedelta(minutes=15)
        return moment if moment < latest else moment - timedelta(days=1)

    def _pick(self, weights: dict[Choice, int]) -> Choice:
        return self.chance.choices(list(weights), list(weights.values()))[0]

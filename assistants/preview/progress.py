"""How a test call goes, in words."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connections.vapi.answers import Call, Spoken

ENDED = "ended"
SENTENCES: dict[str, str | Promise] = {
    "scheduled": _("The call is being prepared."),
    "queued": _("The number is being dialled."),
    "ringing": _("It is ringing: pick up."),
    "in-progress": _("You are on the line with your assistant."),
    "forwarding": _("The call is being passed on."),
    ENDED: _("The call is over."),
}
PLAYED_SENTENCES = SENTENCES | {
    "queued": _("The simulated call begins."),
    "ringing": _("It is ringing."),
    "in-progress": _("The simulated call is under way."),
    ENDED: _("The simulated call is over."),
}
# Vapi's `endedReason`, in words.
ENDINGS: dict[str, str | Promise] = {
    "customer-busy": _("The line was busy."),
    "customer-did-not-answer": _("Nobody picked up."),
    "customer-ended-call": _("The caller hung up."),
    "assistant-ended-call": _("The conversation ended with a goodbye."),
    "silence-timed-out": _("Nothing was said for a long time."),
    "exceeded-max-duration": _("The longest time for a call was reached."),
    "voicemail": _("A voicemail picked up."),
    "twilio-failed-to-connect-call": _("Twilio could not reach this number."),
}
# How long after a call its transcript is waited for.
TRANSCRIPT_WITHIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Progress:
    """A call at Vapi as the page shows it; `is_played` in trial mode."""

    call: Call
    is_played: bool

    @property
    def id(self) -> str:
        return self.call.id

    @property
    def is_over(self) -> bool:
        return self.call.status not in SENTENCES or self.call.status == ENDED

    @property
    def is_moving(self) -> bool:
        """Whether the page will change: the call goes on, or its transcript is not there yet."""
        return not self.is_over or self._is_transcript_awaited()

    def _is_transcript_awaited(self) -> bool:
        if self.call.spoken or self.call.started_at is None or self.call.ended_at is None:
            return False
        return timezone.now() - self.call.ended_at < TRANSCRIPT_WITHIN

    @property
    def mark(self) -> str:
        """What the page shows, so that it is replaced only where that changed."""
        return f"{self.call.status}-{len(self.call.spoken)}-{'moving' if self.is_moving else 'still'}"

    @property
    def sentence(self) -> str | Promise:
        sentences = PLAYED_SENTENCES if self.is_played else SENTENCES
        return sentences.get(self.call.status, sentences[ENDED])

    @property
    def ending(self) -> str | Promise:
        return ENDINGS.get(self.call.ended_reason, "") if self.is_over else ""

    @property
    def turns(self) -> list["SpokenTurn"]:
        return [SpokenTurn(each) for each in self.call.spoken]

    @property
    def can_hang_up(self) -> bool:
        return not self.is_over and bool(self.call.carrier_id)


@dataclass(frozen=True)
class SpokenTurn:
    """A turn of a call as the page shows it."""

    spoken: Spoken

    @property
    def is_caller(self) -> bool:
        return not self.spoken.is_assistant

    @property
    def text(self) -> str:
        return self.spoken.text

    @property
    def clock(self) -> str:
        """Minutes and seconds from the start of the call."""
        seconds = int(self.spoken.at)
        return f"{seconds // 60}:{seconds % 60:02d}"

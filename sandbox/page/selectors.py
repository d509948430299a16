"""The data that the sandbox's page shows."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sandbox.calls.storage import has_recording
from sandbox.conversation.assistant import language_of
from sandbox.models import Call, Delivery, Trouble
from sandbox.querysets import CallQuerySet
from sandbox.trouble.switches import KINDS, TIMED
from sandbox.twilio.accounts import (
    API_KEY_SECRET,
    API_KEY_SID,
    CLOSED_SID,
    SILENT_NUMBER,
    SUSPENDED_SID,
    TEST_CREDENTIALS_SID,
)

MOST_CALLS = 10


class Badge(NamedTuple):
    """How a state is shown: its tone and its word."""

    tone: str
    word: str | Promise


BADGES = {
    "queued": Badge("hollow", gettext_lazy("Queued")),
    "ringing": Badge("info", gettext_lazy("Ringing")),
    "in-progress": Badge("live", gettext_lazy("In progress")),
    "ended": Badge("", gettext_lazy("Ended")),
}


@dataclass(frozen=True)
class ShownCall:
    """A call as the page lists it."""

    call: Call

    @property
    def badge(self) -> Badge:
        return BADGES[self.call.status]

    @property
    def is_over(self) -> bool:
        return self.call.status == "ended"

    @property
    def planned(self) -> int:
        return len(self.call.deliveries.all())

    @property
    def told(self) -> int:
        return sum(row.state == Delivery.State.DELIVERED for row in self.call.deliveries.all())

    @property
    def is_moving(self) -> bool:
        """Whether the row will change: the call runs, or messages wait."""
        waiting = any(row.state == Delivery.State.WAITING for row in self.call.deliveries.all())
        return not self.is_over or waiting

    @property
    def name(self) -> str:
        return str(self.call.assistant.get("name") or self.call.assistant_id)

    @property
    def language(self) -> str:
        return language_of(self.call.assistant)

    @property
    def customer(self) -> str:
        """The caller's or callee's number."""
        return str(self.call.request["customer"].get("number", ""))

    @property
    def length(self) -> str:
        seconds = round(self.call.seconds)
        return f"{seconds // 60}:{seconds % 60:02d}"

    @property
    def has_recording(self) -> bool:
        return has_recording(self.call)


@dataclass(frozen=True)
class ShownTrouble:
    """A fault that is switched on, as the page lists it."""

    trouble: Trouble

    @property
    def text(self) -> Any:
        return KINDS.get(self.trouble.provider, {}).get(self.trouble.kind, self.trouble.kind)

    @property
    def off_label(self) -> str:
        """The accessible name of the button that switches it off."""
        return _("Switch off: %(trouble)s") % {"trouble": self.text}

    @property
    def seconds(self) -> int | None:
        return self.trouble.seconds if self.trouble.kind in TIMED else None


def latest_calls(calls: CallQuerySet) -> list[ShownCall]:
    """The newest of these calls."""
    return [ShownCall(call) for call in calls.prefetch_related("deliveries")[:MOST_CALLS]]


def troubles_on() -> list[ShownTrouble]:
    """Every fault that is switched on, the oldest first."""
    return [ShownTrouble(row) for provider in KINDS for row in Trouble.objects.on(provider)]


def credentials() -> dict[str, str]:
    """The credentials of the stand-ins, which are published; of Vapi's, what all keys begin with."""
    return {
        "vapi_key": settings.SANDBOX_VAPI_KEY,
        "sid": settings.SANDBOX_TWILIO_SID,
        "token": settings.SANDBOX_TWILIO_TOKEN,
        "api_key_sid": API_KEY_SID,
        "api_key_secret": API_KEY_SECRET,
        "number": settings.SANDBOX_PHONE_NUMBER,
        "silent_number": SILENT_NUMBER,
        "suspended": SUSPENDED_SID,
        "closed": CLOSED_SID,
        "test_credentials": TEST_CREDENTIALS_SID,
    }

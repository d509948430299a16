"""What the sandbox's page shows."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from sandbox.calls.conversation import language_of
from sandbox.calls.storage import has_recording
from sandbox.models import Call, Delivery, Trouble
from sandbox.trouble.switches import KINDS, TIMED
from sandbox.twilio.accounts import CLOSED_SID, SILENT_NUMBER, SUSPENDED_SID, TEST_CREDENTIALS_SID

MOST_CALLS = 10


@dataclass(frozen=True)
class ShownCall:
    """A call as the page lists it."""

    call: Call

    @property
    def planned(self) -> int:
        """How many messages its server is to hear."""
        return len(self.call.deliveries.all())

    @property
    def told(self) -> int:
        """How many of them arrived."""
        return sum(row.state == Delivery.State.DELIVERED for row in self.call.deliveries.all())

    @property
    def is_moving(self) -> bool:
        """Whether the line will look otherwise in a while: it runs, or messages are on their way."""
        waiting = any(row.state == Delivery.State.WAITING for row in self.call.deliveries.all())
        return self.call.status != "ended" or waiting

    @property
    def name(self) -> str:
        """Whom was spoken to."""
        return str(self.call.assistant.get("name") or self.call.assistant_id)

    @property
    def language(self) -> str:
        """In which the assistant speaks."""
        return language_of(self.call.assistant)

    @property
    def customer(self) -> str:
        """The number at the other end."""
        return str(self.call.request["customer"].get("number", ""))

    @property
    def length(self) -> str:
        """Minutes and seconds: 1:05."""
        seconds = round(self.call.seconds)
        return f"{seconds // 60}:{seconds % 60:02d}"

    @property
    def has_recording(self) -> bool:
        """Whether it can be heard."""
        return has_recording(self.call)


@dataclass(frozen=True)
class ShownTrouble:
    """A fault that is on."""

    trouble: Trouble

    @property
    def text(self) -> Any:
        """What it does."""
        return KINDS[self.trouble.provider][self.trouble.kind]

    @property
    def off_label(self) -> str:
        """What the button that ends it says to those who do not see the line it stands in."""
        return _("Switch off: %(trouble)s") % {"trouble": self.text}

    @property
    def seconds(self) -> int | None:
        """How many seconds it takes, where it takes any."""
        return self.trouble.seconds if self.trouble.kind in TIMED else None


def latest_calls() -> list[ShownCall]:
    """The newest calls over all keys."""
    return [ShownCall(call) for call in Call.objects.prefetch_related("deliveries")[:MOST_CALLS]]


def troubles_on() -> list[ShownTrouble]:
    """Every fault that is on, the oldest first."""
    return [ShownTrouble(row) for provider in KINDS for row in Trouble.objects.on(provider)]


def credentials() -> dict[str, str]:
    """What opens the stand-ins: published, and good for nothing else."""
    return {
        "vapi_key": settings.SANDBOX_VAPI_KEY,
        "sid": settings.SANDBOX_TWILIO_SID,
        "token": settings.SANDBOX_TWILIO_TOKEN,
        "number": settings.SANDBOX_PHONE_NUMBER,
        "silent_number": SILENT_NUMBER,
        "suspended": SUSPENDED_SID,
        "closed": CLOSED_SID,
        "test_credentials": TEST_CREDENTIALS_SID,
    }

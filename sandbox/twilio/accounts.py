"""The accounts of the stand-in for Twilio, with one published token, and of no use anywhere else.

One SID is published, so its calls are shared. Each organisation has an account of its own besides, whose SID goes on
where the published one's first half ends: nobody else knows it.
"""

import re
from dataclasses import dataclass
from secrets import compare_digest

from django.conf import settings

# From the range that ARCEP reserves for fiction, like the number with a voice.
SILENT_NUMBER = "+33939035502"
SUSPENDED_SID = "AC5a6d0b0c5a6d0b0c5a6d0b0c5a6d0b01"
CLOSED_SID = "AC5a6d0b0c5a6d0b0c5a6d0b0c5a6d0b02"
API_KEY_SID = "SK5a6d0b0c5a6d0b0c5a6d0b0c5a6d0b01"  # a Standard key of the account that works
API_KEY_SECRET = "5a6d0b0c6170696b6579736563726574"  # noqa: S105 - public
TEST_CREDENTIALS_SID = "AC5a6d0b0c5a6d0b0c5a6d0b0c5a6d0b03"


OWN_SID = re.compile(f"{settings.SANDBOX_TWILIO_SID[:18]}[0-9a-f]{{16}}")


@dataclass(frozen=True)
class Number:
    """A number of an account; `voice` says whether it can be called."""

    phone_number: str
    sid: str
    voice: bool


@dataclass(frozen=True)
class Account:
    """An account: `status` is active, suspended or closed; `is_test` marks test credentials."""

    sid: str
    status: str = "active"
    is_test: bool = False
    numbers: tuple[Number, ...] = ()

    @property
    def is_shared(self) -> bool:
        """Whether its SID is published."""
        return self.sid == settings.SANDBOX_TWILIO_SID

    @property
    def token(self) -> str:
        return settings.SANDBOX_TWILIO_TOKEN


def is_login(account: Account, user: str, secret: str) -> bool:
    """Whether these are the account's SID and token, or the SID and secret of its API key."""
    if user == API_KEY_SID and account.sid == settings.SANDBOX_TWILIO_SID:
        return compare_digest(secret.encode(), API_KEY_SECRET.encode())
    return user == account.sid and compare_digest(secret.encode(), account.token.encode())


def find(sid: str) -> Account | None:
    """The sandbox's account with this SID; None for any other."""
    others = (
        Account(SUSPENDED_SID, status="suspended"),
        Account(CLOSED_SID, status="closed"),
        Account(TEST_CREDENTIALS_SID, is_test=True),
    )
    found = next((account for account in others if account.sid == sid), None)
    if found is None and OWN_SID.fullmatch(sid):
        return Account(sid, numbers=_numbers())
    return found


def _numbers() -> tuple[Number, ...]:
    return (
        Number(settings.SANDBOX_PHONE_NUMBER, "PN5a6d0b0c5a6d0b0c5a6d0b0c5a6d0b01", voice=True),
        Number(SILENT_NUMBER, "PN5a6d0b0c5a6d0b0c5a6d0b0c5a6d0b02", voice=False),
    )

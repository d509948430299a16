"""What happened to an account, in words for its owner."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.audit_events import SENTENCES
from accounts.models import User
from core.audit.descriptions import Words, describe_event
from core.models import AuditEvent

# Why a sign-in ended (`AuthSession.revoked_reason`).
ENDINGS: dict[str, Words] = {
    "signed_out": SENTENCES["accounts.signed_out"],
    "revoked": SENTENCES["accounts.session_revoked"],
    "others": SENTENCES["accounts.signed_out_others"],
    "everywhere": SENTENCES["accounts.signed_out_everywhere"],
    "not_me": SENTENCES["accounts.not_me"],
    "address_undone": SENTENCES["accounts.address_change_undone"],
    "deactivated": SENTENCES["accounts.deactivated"],
    "staff": _("Our team ended this sign-in."),
}


@dataclass(frozen=True)
class Event:
    """One line of the history."""

    at: datetime
    sentence: SafeString
    ip: str | None


def recent_events(user: User, *, limit: int = 20) -> list[Event]:
    """The latest events that have a sentence, newest first."""
    rows = AuditEvent.objects.about(user.pk).filter(action__in=SENTENCES)[:limit]
    return [Event(at=row.at, sentence=describe_event(row), ip=row.ip) for row in rows]

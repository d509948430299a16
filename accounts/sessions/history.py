"""The recent history of an account, in sentences for its user."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import AuditEvent

SENTENCES: dict[str, str | Promise] = {
    "accounts.link_sent": _("A sign-in link was sent."),
    "accounts.link_sent_by_staff": _("Our team sent you a sign-in link."),
    "accounts.link_printed": _("An operator made a sign-in link for you."),
    "accounts.signed_up": _("The account was made."),
    "accounts.signed_in": _("Signed in."),
    "accounts.sign_in_refused": _("A sign-in was refused: the link was no longer good."),
    "accounts.code_locked": _("A code was typed wrong five times and locked."),
    "accounts.signed_out": _("Signed out."),
    "accounts.signed_out_others": _("The other devices were signed out."),
    "accounts.signed_out_everywhere": _("Signed out everywhere."),
    "accounts.session_revoked": _("A device was signed out."),
    "accounts.not_me": _("A sign-in was reported as not yours and ended."),
    "accounts.profile_changed": _("The profile was changed."),
    "accounts.address_change_asked": _("Another e-mail address was asked for."),
    "accounts.address_changed": _("The e-mail address was changed."),
    "accounts.address_change_undone": _("The change of address was undone."),
    "accounts.changed_by_staff": _("Our team changed the account."),
    "accounts.deactivated": _("The account was deactivated."),
    "accounts.closed": _("The account was closed."),
    "accounts.mail_trouble": _("An e-mail to you came back."),
}

# Why a session ended (`AuthSession.revoked_reason`).
ENDINGS: dict[str, str | Promise] = {
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
    sentence: str | Promise
    ip: str | None


def recent_events(user: User, *, limit: int = 20) -> list[Event]:
    """The latest events that have a sentence, newest first."""
    rows = AuditEvent.objects.about(user.pk).filter(action__in=SENTENCES)[:limit]
    return [Event(at=row.at, sentence=SENTENCES[row.action], ip=row.ip) for row in rows]

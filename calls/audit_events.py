"""Sentences for the audit events of calls."""

from django.utils.translation import gettext_lazy as _

from core.audit.descriptions import EventGroup, Words

EVENTS: dict[EventGroup, dict[str, Words]] = {
    EventGroup("calls", _("Calls"), rank=5): {
        "calls.called_back": _("Had {subject} call back {number}."),
        "calls.exported": _("Took the list of calls as a file."),
    },
}

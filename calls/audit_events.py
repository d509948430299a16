"""Sentences for the audit events of calls."""

from django.utils.translation import gettext_lazy as _

from core.audit.descriptions import EventGroup, Words

EVENTS: dict[EventGroup, dict[str, Words]] = {
    EventGroup("calls", _("Calls"), rank=5): {
        "calls.called_back": _("Had {subject} call back {number}."),
        "calls.exported": _("Took the list of calls as a file."),
        "calls.erased": _("Erased a call of {at}."),
        "calls.caller_erased": _("Erased a caller with {count} calls."),
        "calls.caller_exported": _("Exported the data of a caller."),
        "calls.contact_named": _("Gave a telephone number a name."),
        "calls.contact_unnamed": _("Removed the name of a telephone number."),
        "calls.note_added": _("Wrote a note about a call."),
        "calls.note_removed": _("Removed a note about a call."),
    },
}

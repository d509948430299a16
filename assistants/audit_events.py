"""Sentences for the audit events of assistants."""

from django.utils.translation import gettext_lazy as _

from core.audit.descriptions import EventGroup, Words

EVENTS: dict[EventGroup, dict[str, Words]] = {
    EventGroup("assistants", _("Assistants"), rank=3): {
        "assistants.created": _("Created {subject}."),
        "assistants.duplicated": _("Created {subject} as a copy of {source}."),
        "assistants.changed": _("Changed {subject}: {fields}."),
        "assistants.deleted": _("Deleted {subject}."),
        "assistants.repaired": _("Sent {subject} to Vapi again."),
        "assistants.kept": _("Kept Vapi’s version of {subject}: {fields}."),
        "assistants.answers": _("Chose {subject} to answer the number."),
        "assistants.called": _("Had {subject} place a test call to {number}."),
    },
}

FIELDS: dict[str, Words] = {
    "name": _("name"),
    "voice": _("voice"),
    "persona": _("trade"),
    "language": _("language"),
    "first_message": _("first message"),
    "prompt": _("instructions"),
}

LABELS = {"fields": FIELDS}

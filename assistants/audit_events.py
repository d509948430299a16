"""Sentences for the audit events of assistants."""

from django.utils.translation import gettext_lazy as _

from core.audit.descriptions import EventGroup, Words

EVENTS: dict[EventGroup, dict[str, Words]] = {
    EventGroup("assistants", _("Assistants"), rank=3): {
        "assistants.created": _("Created the assistant {subject}."),
        "assistants.duplicated": _("Created the assistant {subject} as a copy of {source}."),
        "assistants.changed": _("Changed the assistant {subject}: {fields}."),
        "assistants.deleted": _("Deleted the assistant {subject}."),
        "assistants.repaired": _("Sent the assistant {subject} to Vapi again."),
        "assistants.kept": _("Kept Vapi’s version of the assistant {subject}: {fields}."),
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

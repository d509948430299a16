"""Sentences for the audit events of organisations, their teams and settings."""

from django.utils.translation import gettext_lazy as _

from core.audit.descriptions import EventGroup, Words
from organizations.permissions import Role

TEAM = EventGroup("team", _("Team"), rank=1)
SETTINGS = EventGroup("settings", _("Settings"), rank=2)

EVENTS: dict[EventGroup, dict[str, Words]] = {
    TEAM: {
        "organizations.invited": _("Invited {subject} as: {role}."),
        "organizations.invited_again": _("Sent the invitation to {subject} again."),
        "organizations.invitation_withdrawn": _("Withdrew the invitation to {subject}."),
        "organizations.invitation_refused": _(
            "An invitation to {subject} was opened, but was no longer valid."
        ),
        "organizations.joined": _("Joined the team as: {role}."),
        "organizations.role_changed": _("Changed the role of {subject} from {before} to {role}."),
        "organizations.member_removed": _("Removed {subject} from the team."),
        "organizations.member_left": _("Left the team."),
    },
    SETTINGS: {
        "organizations.founded": _("Created the organisation."),
        "organizations.changed": _("Changed the settings: {fields}."),
        "organizations.deleted": _("Deleted the organisation."),
    },
}

_ROLES: dict[str, Words] = {role.value: role.label for role in Role}

LABELS: dict[str, dict[str, Words]] = {
    "role": _ROLES,
    "before": _ROLES,
    "fields": {
        "name": _("name"),
        "timezone": _("time zone"),
        "locale": _("language"),
        "transcript_days": _("days to keep transcripts"),
        "recording_days": _("days to keep recordings"),
    },
}

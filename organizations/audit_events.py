"""Sentences for the audit events of organisations, their teams and settings."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.audit.descriptions import EventGroup, Words
from organizations.facts.models import Topic
from organizations.permissions import Role

TEAM = EventGroup("team", _("Team"), rank=1)
SETTINGS = EventGroup("settings", _("Settings"), rank=2)
FACTS = EventGroup("facts", _("Information"), rank=4)

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
    FACTS: {
        "organizations.fact_changed": _("Changed {topic}."),
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
    "topic": {
        Topic.HOURS: pgettext_lazy("changed", "the opening hours"),
        Topic.CLOSURES: pgettext_lazy("changed", "the closures"),
        Topic.ADDRESS: pgettext_lazy("changed", "the address"),
        Topic.ACCESS: pgettext_lazy("changed", "the access"),
        Topic.PRICES: pgettext_lazy("changed", "the prices"),
        Topic.PAYMENT: pgettext_lazy("changed", "the means of payment"),
        Topic.BOOKING: pgettext_lazy("changed", "the information on orders and appointments"),
        Topic.EMERGENCIES: pgettext_lazy("changed", "the information for emergencies"),
        Topic.EXCLUSIONS: pgettext_lazy("changed", "what the business does not do"),
        Topic.TEAM: pgettext_lazy("changed", "the information on the team"),
        Topic.CONTACT: pgettext_lazy("changed", "the website and the e-mail address"),
        Topic.QUESTIONS: pgettext_lazy("changed", "the questions and answers"),
    },
    "fields": {
        "name": _("name"),
        "timezone": _("time zone"),
        "locale": _("language"),
        "transcript_days": _("days to keep transcripts"),
        "records_calls": _("recording of calls"),
        "recording_days": _("days to keep recordings"),
    },
}

"""What happened in an organisation, in words. Rooms above add theirs with `describe`, when the apps are ready."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from core.models import AuditEvent
from organizations.permissions import Role

Words = str | Promise


@dataclass
class Group:
    """Actions that a reader looks for together. Sentences may name `{subject}`, and any of the event's data."""

    label: Words
    sentences: dict[str, Words] = field(default_factory=dict)


GROUPS: dict[str, Group] = {}


def describe(group: str, label: Words, sentences: Mapping[str, Words]) -> None:
    """Give actions their words, under a group that the audit page can be narrowed to."""
    GROUPS.setdefault(group, Group(label)).sentences.update(sentences)


describe(
    "team",
    _("Team"),
    {
        "organizations.invited": _("Invited {subject} as: {role}."),
        "organizations.invited_again": _("Sent the invitation to {subject} again."),
        "organizations.invitation_withdrawn": _("Withdrew the invitation to {subject}."),
        "organizations.invitation_refused": _(
            "An invitation to {subject} was opened, but was no longer good."
        ),
        "organizations.joined": _("Joined the team as: {role}."),
        "organizations.role_changed": _("Changed the role of {subject} from {before} to {role}."),
        "organizations.member_removed": _("Removed {subject} from the team."),
        "organizations.member_left": _("Left the team."),
    },
)
describe(
    "settings",
    _("Settings"),
    {
        "organizations.founded": _("Founded the organisation."),
        "organizations.changed": _("Changed the settings: {fields}."),
        "organizations.deleted": _("Deleted the organisation."),
    },
)

# Fields of the settings, as a sentence names them.
FIELDS: dict[str, Words] = {
    "name": _("name"),
    "timezone": _("time zone"),
    "locale": _("language"),
    "transcript_days": _("days to keep transcripts"),
    "recording_days": _("days to keep recordings"),
}


class _Values(dict[str, SafeString]):
    """What a sentence may name. An event written before its sentence named something says nothing there."""

    def __missing__(self, key: str) -> SafeString:
        return SafeString("")


def sentence_of(event: AuditEvent) -> SafeString:
    """The event in words; one that no room has words for shows its technical name."""
    words: Words = _("Another action: {action}.")
    for group in GROUPS.values():
        words = group.sentences.get(event.action, words)
    return mark_safe(escape(str(words)).format_map(_values(event)))  # noqa: S308 - both parts are escaped


def _values(event: AuditEvent) -> _Values:
    """Everything that people typed is escaped and isolated: it may run the other way."""
    texts = {name: value for name, value in event.data.items() if isinstance(value, str)}
    texts |= {"subject": event.subject_label, "action": event.action}
    values = _Values({name: format_html("<bdi>{}</bdi>", text) for name, text in texts.items()})
    roles = dict(Role.choices)
    for name in ("role", "before"):
        if event.data.get(name) in roles:
            values[name] = escape(roles[event.data[name]])
    names = event.data.get("fields", [])
    values["fields"] = escape(", ".join(str(FIELDS.get(name, name)) for name in names))
    return values

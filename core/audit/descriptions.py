"""Audit events in words. Each app declares its sentences in `audit_events.py`, and registers them when it is ready."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from core.models import AuditEvent

Words = str | Promise


@dataclass(frozen=True, eq=False)
class EventGroup:
    """Actions that an organisation's audit page can be filtered by.

    `rank` is its position among the choices; a group without a label is not among them.
    """

    key: str
    label: Words = ""
    rank: int = 0


_groups: dict[str, EventGroup] = {}  # by action
_sentences: dict[str, Words] = {}  # by action
_labels: dict[str, dict[str, Words]] = {}  # by the name of an event's value, then by the value


def register_events(
    events: Mapping[EventGroup, Mapping[str, Words]], labels: Mapping[str, Mapping[str, Words]] | None = None
) -> None:
    """Add an app's sentences, by group and action, and the labels of values that the sentences name.

    A sentence may name `{subject}` and any text or list of texts in the event's data. `{at}` is a moment as the
    organisation's clock showed it: ISO 8601, without a zone.
    """
    for group, sentences in events.items():
        _sentences.update(sentences)
        _groups.update(dict.fromkeys(sentences, group))
    for name, words in (labels or {}).items():
        _labels.setdefault(name, {}).update(words)


def group_choices() -> dict[str, Words]:
    """The labels of the groups that the audit page offers, by key."""
    groups = sorted(set(_groups.values()), key=lambda group: group.rank)
    return {group.key: group.label for group in groups if group.label}


def actions_of(key: str) -> list[str]:
    """The actions of one group."""
    return [action for action, group in _groups.items() if group.key == key]


def sentence_for(action: str) -> Words | None:
    """The sentence of an action, with its placeholders."""
    return _sentences.get(action)


def describe_event(event: AuditEvent, names: Mapping[uuid.UUID, str] | None = None) -> SafeString:
    """The event's sentence as HTML; an action without one shows its technical name.

    `names` are those of subjects, by id; any other subject stands under the label in the event.
    """
    sentence = _sentences.get(event.action, _("Another action: {action}."))
    values = event.data | {"subject": subject_of(event, names or {}), "action": event.action}
    shown = _Values({name: _shown(name, value) for name, value in values.items()})
    return mark_safe(escape(str(sentence)).format_map(shown))  # noqa: S308 - both parts are escaped


def actor_of(event: AuditEvent, names: Mapping[uuid.UUID, str]) -> str:
    """The name of the actor; of one without a name, or without an account, the label in the event."""
    return names.get(event.actor_id, event.actor_label) if event.actor_id else event.actor_label


def subject_of(event: AuditEvent, names: Mapping[uuid.UUID, str]) -> str:
    """As `actor_of`, of the subject."""
    return names.get(event.subject_id, event.subject_label) if event.subject_id else event.subject_label


class _Values(dict[str, SafeString]):
    """An event may be older than its sentence: a value that it lacks is left out."""

    def __missing__(self, name: str) -> SafeString:
        return SafeString("")


def _shown(name: str, value: Any) -> SafeString:
    labels = _labels.get(name, {})
    if isinstance(value, list):
        return escape(", ".join(str(labels.get(str(each), each)) for each in value))
    if not isinstance(value, str):
        return SafeString("")
    if value in labels:
        return escape(str(labels[value]))
    if name == "at" and (moment := parse_datetime(value)):
        return escape(date_format(moment, "DATETIME_FORMAT"))
    return format_html("<bdi>{}</bdi>", value)  # typed text may run in the other direction

"""Two people with one assistant in their hands: what a form was filled with, and what keeping it would undo."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from functools import cached_property

from accounts.models import User
from assistants.audit_events import FIELDS
from assistants.models import Assistant, AssistantData, values_of
from core.audit.descriptions import Words
from core.models import AuditEvent

NAMES = tuple(AssistantData.__annotations__)


def mark_of(data: AssistantData) -> str:
    """A mark that a form carries of what it was filled with: a digest a field.

    Of the texts, not of `Assistant.revision`, which also grows when only Vapi has to be told something.
    """
    return ".".join(_digest(data, name) for name in NAMES)


def undone_by(typed: AssistantData, seen: str, current: AssistantData) -> list[str]:
    """The fields in which keeping `typed` would undo what was saved since `seen`, the form's mark, was made."""
    read = _read(seen)
    return [name for name in NAMES if _digest(typed, name) != _digest(current, name) != read.get(name)]


@dataclass(frozen=True)
class Difference:
    """One field that both changed: its name, and of its lines those that differ, theirs beside one's own."""

    label: Words
    lines: list[tuple[str, str]]


class ConflictError(Exception):
    """Somebody saved since the form was filled, and keeping it would undo that. Nothing was kept.

    It holds what its reader is told, and the form to go on with.
    """

    def __init__(self, assistant: Assistant, *, typed: AssistantData, seen: str, reader: User) -> None:
        super().__init__(str(assistant.id))
        self.assistant, self.typed, self.reader = assistant, typed, reader
        self.current = values_of(assistant)
        read, undone = _read(seen), undone_by(typed, seen, self.current)
        self.untouched = [name for name in undone if _digest(typed, name) == read.get(name)]
        self.contested = [name for name in undone if name not in self.untouched]

    @cached_property
    def _event(self) -> AuditEvent | None:
        return AuditEvent.objects.about(self.assistant.id).filter(action="assistants.changed").first()

    @property
    def by(self) -> str:
        """Who saved last; empty where it is not known."""
        if self._event is None or self._event.actor_id is None:
            return ""
        user = User.objects.filter(id=self._event.actor_id).first()
        return user.display_name if user else self._event.actor_label

    @property
    def is_own(self) -> bool:
        """Whether it was the reader, in another window."""
        return self._event is not None and self._event.actor_id == self.reader.id

    @property
    def at(self) -> datetime | None:
        """When that was."""
        return self._event.at if self._event else None

    @property
    def taken(self) -> list[Words]:
        """What the form has from them by now, since its owner had left it alone."""
        return [FIELDS[name] for name in self.untouched]

    @property
    def differences(self) -> list[Difference]:
        """What both changed."""
        mine = Assistant(**self.typed)
        return [
            Difference(FIELDS[name], list(_differing(_shown(self.assistant, name), _shown(mine, name))))
            for name in self.contested
        ]

    @property
    def values(self) -> dict[str, object]:
        """What goes into the form: everything that was typed, theirs elsewhere, and a mark of having seen theirs."""
        taken = {name: value for name, value in self.current.items() if name in self.untouched}
        return {**self.typed, **taken, "seen": mark_of(self.current)}


def _digest(data: Mapping[str, object], name: str) -> str:
    # Without the blanks around it, which the form cuts off.
    return hashlib.sha256(str(data[name]).strip().encode()).hexdigest()[:12]


def _read(seen: str) -> dict[str, str]:
    return dict(zip(NAMES, seen.split("."), strict=False))


def _shown(assistant: Assistant, name: str) -> str:
    if name == "voice":
        return str(assistant.spoken_with.label)
    words = {"language": assistant.get_language_display, "persona": assistant.get_persona_display}
    return str(words[name]()) if name in words else str(getattr(assistant, name))


def _differing(theirs: str, mine: str) -> Iterator[tuple[str, str]]:
    before, after = theirs.strip().split("\n"), mine.strip().split("\n")
    for kind, start, end, own_start, own_end in SequenceMatcher(None, before, after).get_opcodes():
        sides = "\n".join(before[start:end]).strip(), "\n".join(after[own_start:own_end]).strip()
        if kind != "equal" and any(sides):
            yield sides

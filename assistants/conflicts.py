"""Refuses a save that would undo another one made since the form was filled."""

import hashlib
from collections.abc import Mapping

from accounts.models import User
from assistants.audit_events import FIELDS
from assistants.models import Assistant, AssistantData, values_of
from core.models import AuditEvent

NAMES = tuple(AssistantData.__annotations__)
SAVES = ("assistants.changed", "assistants.kept")  # actions that save other values


class ConflictError(Exception):
    """Nothing was saved. `values` fill the form again; a save with them is deliberate and succeeds."""

    def __init__(
        self, assistant: Assistant, typed: AssistantData, edited: dict[str, bool], user: User
    ) -> None:
        super().__init__(str(assistant.id))
        saved, mine = values_of(assistant), Assistant(**typed)
        taken = {name: value for name, value in saved.items() if not edited.get(name, True)}
        self.values = {**typed, **taken, "seen": digests_of(saved)}
        self.taken = [FIELDS[name] for name in taken]
        self.differences = [
            {"label": FIELDS[name], **differing_lines(_shown(assistant, name), _shown(mine, name))}
            for name in edited
            if name not in taken
        ]
        event = AuditEvent.objects.about(assistant.id).filter(action__in=SAVES).first()
        other = User.objects.filter(id=event.actor_id).first() if event and event.actor_id else None
        self.at = event.at if event else None
        self.by = other.display_name if other else event.actor_label if event else ""
        self.is_own = other == user


def digests_of(data: Mapping[str, object]) -> str:
    """The content a form was filled with, a digest for each field: what the form sends back as `seen`.

    `Assistant.revision` would not do: it also grows when only Vapi has to be told again.
    """
    return ".".join(_digest(data, name) for name in NAMES)


def refuse_conflict(assistant: Assistant, *, typed: AssistantData, seen: str, user: User) -> None:
    """Raise ConflictError where `typed` would set back a field that was saved since `seen`."""
    base, saved = dict(zip(NAMES, seen.split("."), strict=False)), values_of(assistant)
    edited = {
        name: _digest(typed, name) != base.get(name)
        for name in NAMES
        if _digest(typed, name) != _digest(saved, name) != base.get(name)
    }
    if edited:
        raise ConflictError(assistant, typed, edited, user)


def _digest(data: Mapping[str, object], name: str) -> str:
    # Without the blanks at both ends, which the form strips.
    return hashlib.sha256(str(data[name]).strip().encode()).hexdigest()[:12]


def _shown(assistant: Assistant, name: str) -> str:
    if name == "voice":
        return str(assistant.voice_label)
    displayed = getattr(assistant, f"get_{name}_display", None)
    return str(displayed() if displayed else getattr(assistant, name))


def differing_lines(theirs: str, yours: str) -> dict[str, str]:
    """Both texts without the lines they have in common: linear in their length.

    Lines between two changes are left out only if both texts have the same number of lines.
    """
    versions = {"theirs": theirs.split("\n"), "yours": yours.split("\n")}
    for _direction in ("from the end", "from the start"):
        while all(versions.values()) and len({lines[-1] for lines in versions.values()}) == 1:
            for lines in versions.values():
                lines.pop()
        for lines in versions.values():
            lines.reverse()
    if len(versions["theirs"]) == len(versions["yours"]):
        pairs = [pair for pair in zip(*versions.values(), strict=True) if pair[0] != pair[1]]
        versions = {
            "theirs": [theirs for theirs, _yours in pairs],
            "yours": [yours for _theirs, yours in pairs],
        }
    return {side: "\n".join(lines) for side, lines in versions.items()}

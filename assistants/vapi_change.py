"""A change that was made to an assistant at Vapi, outside AvaFirst AI: both versions, side by side."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from assistants.audit_events import FIELDS
from assistants.catalog.voices import VOICES
from assistants.conflicts import NAMES, differing_lines
from assistants.models import Assistant
from assistants.problems import Reason
from assistants.sync.vapi_version import Version, digest_of


@dataclass(frozen=True)
class VapiChange:
    """What differs between an assistant and its copy, and whether Vapi's version can be kept."""

    assistant: Assistant

    @property
    def exists(self) -> bool:
        return self.assistant.is_out_of_step and self.assistant.sync_problem == Reason.CHANGED

    @property
    def version(self) -> Version:
        """In the order of the form: PostgreSQL's jsonb keeps none."""
        found = self.assistant.vapi_version or {}
        return {name: found[name] for name in NAMES if name in found}

    @property
    def seen(self) -> str:
        return digest_of(self.version)

    @property
    def can_be_kept(self) -> bool:
        """Nothing is known of a change that an earlier release found, and settings alone cannot be edited here."""
        return self.exists and bool(self.version) and not self.refused

    @property
    def values(self) -> dict[str, str]:
        """Vapi's values for our fields."""
        return {name: found["text"] for name, found in self.version.items()}

    @property
    def refused(self) -> list[str | Promise]:
        """Labels of what cannot be kept: longer than our field, empty, or a voice that we do not offer."""
        return [FIELDS[name] for name, found in self.version.items() if not found["can_keep"]]

    @property
    def changes_settings(self) -> bool:
        return "settings" in self.assistant.drift

    @property
    def differences(self) -> list[dict[str, Any]]:
        """Each field that differs: its label, the differing lines at Vapi (`theirs`) and here (`yours`)."""
        return [
            {"label": FIELDS[name], **differing_lines(self._shown(name, found["text"]), self._ours(name))}
            for name, found in self.version.items()
        ]

    def _ours(self, name: str) -> str:
        return self._shown(name, str(getattr(self.assistant, name)))

    @staticmethod
    def _shown(name: str, value: str) -> str:
        return str(VOICES[value].label) if name == "voice" and value in VOICES else value

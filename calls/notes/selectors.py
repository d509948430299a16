"""The notes of a call, as its page shows them."""

from dataclasses import dataclass

from calls.models import Call
from calls.notes.models import CallNote
from calls.notes.services import may_remove
from organizations.models import Membership


@dataclass(frozen=True)
class NoteRow:
    """A note, and whether the reader may remove it."""

    note: CallNote
    is_removable: bool

    @property
    def author(self) -> str:
        """The author's present name, or the one at the time of the note where the account is gone."""
        return self.note.author.display_name if self.note.author else self.note.author_name


def notes_of(call: Call, reader: Membership) -> list[NoteRow]:
    """All notes of a call, the oldest first."""
    return [NoteRow(note, may_remove(reader, note)) for note in call.notes.select_related("author")]

"""Storage from which any part of a file can be read, without reading what is before it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.storage import FileSystemStorage, Storage

PIECE = 64 * 1024  # bytes


class RecordingStorage(Storage):
    """A storage that players can seek in."""

    def part(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` up to, but not including, `stop`. Raises FileNotFoundError, at once."""
        raise NotImplementedError


class LocalStorage(FileSystemStorage, RecordingStorage):
    """A folder that only this product's user reads."""

    def __init__(self, **options: Any) -> None:
        private = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
        # A recording that is fetched twice, because a worker died, takes the place of itself.
        super().__init__(allow_overwrite=True, **(private | options))

    def part(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """See RecordingStorage."""
        file = Path(self.path(name)).open("rb")  # noqa: SIM115 - closed by _read
        file.seek(start)
        return _read(file, stop - start)


def _read(file: BinaryIO, left: int) -> Iterator[bytes]:
    with file:
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece

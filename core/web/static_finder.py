"""Finds the joined style sheets and scripts among the static files, in development and for collectstatic.

They are joined when they are looked for, so an edit shows when its page is loaded again.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

from core.web.scripts import BUNDLE, joined_scripts
from core.web.stylesheets import LAYOUTS, bundle_path, joined_sheets

SOURCES: Path = settings.BASE_DIR / "static"
FOLDER: Path = settings.BASE_DIR / "var" / "joined"

_LAYOUT_OF = {bundle_path(layout): layout for layout in LAYOUTS}


class JoinedFinder(BaseFinder):
    """Writes a joined file under var/ when it is looked for and its text has changed, since servers serve files."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file of a joined path; an empty list for another path."""
        if path not in (BUNDLE, *_LAYOUT_OF):
            return []
        file = str(_written(path))
        return [file] if find_all else file

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """All of them, for collectstatic."""
        storage = FileSystemStorage(location=FOLDER)
        for path in (BUNDLE, *_LAYOUT_OF):
            _written(path)
            yield path, storage


def _written(path: str) -> Path:
    text = joined_scripts(SOURCES) if path == BUNDLE else joined_sheets(SOURCES, _LAYOUT_OF[path])
    file = FOLDER / path
    if not file.is_file() or file.read_text() != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        # In one step: another process may be serving the file.
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "w") as new:
            new.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(file)
    return file

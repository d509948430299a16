"""Static files in production: hashed and compressed."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Caches hashed URLs: they cannot change while the process runs, and a page has dozens."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._urls: dict[str | None, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The hashed URL."""
        if name not in self._urls:
            self._urls[name] = super().url(name, force)
        return self._urls[name]

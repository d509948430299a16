"""Static files in production: hashed, compressed, and each layout's style sheets joined into one file."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from core.web.stylesheets import LAYOUTS, TRANSITION, bundle_path, sheets_of

Processed = Iterator[tuple[str, str | None, bool | Exception]]


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Adds one joined style sheet a layout; `core.web.stylesheets` says which files it joins."""

    bundles = True
    # Django rewrites relative imports of ES modules to hashed names, where the statement ends in a semicolon.
    support_js_module_import_aggregation = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._urls: dict[str | None, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The hashed URL, cached: it cannot change while the process runs, and a page has dozens."""
        if name not in self._urls:
            self._urls[name] = super().url(name, force)
        return self._urls[name]

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Processed:
        """Write the joined sheets beside the collected files, then hash and compress all."""
        if not options.get("dry_run"):
            paths = dict(paths)
            for layout in LAYOUTS:
                path = bundle_path(layout)
                if self.exists(path):
                    self.delete(path)
                self._save(path, ContentFile(self.joined(layout).encode()))
                paths[path] = (self, path)
        yield from super().post_process(paths, *args, **options)

    def url_converter(
        self, name: str, hashed_files: dict[str, str], template: str | None = None
    ) -> Callable[[re.Match[str]], str]:
        """Rewrite imports only in our modules: third-party scripts name missing files in comments."""
        if name.endswith(".js") and not name.startswith("js/"):
            return lambda match: match.group()
        converter: Callable[[re.Match[str]], str] = super().url_converter(name, hashed_files, template)
        return converter

    def joined(self, layout: str) -> str:
        parts = []
        for path in (*sheets_of(layout), TRANSITION):
            with self.open(path) as file:
                parts.append(slimmed(file.read().decode()))
        return "\n".join(parts)


def slimmed(css: str) -> str:
    """CSS without comments and indentation; whitespace inside a line is kept, so no value changes."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return "\n".join(line for line in (line.strip() for line in css.splitlines()) if line)


def serves_bundles() -> bool:
    """Whether pages link the joined files: if this storage is in use."""
    return bool(getattr(staticfiles_storage, "bundles", False))

"""Compiles the translation catalogues without gettext's tools, and checks that they are complete.

Babel does both: it needs no msgfmt, and compiles to the same bytes on every machine.
"""

import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
SOURCES = {".py", ".html", ".txt"}
SKIPPED = {"bin", "docs", "locale", "migrations", "node_modules", "static", "staticfiles", "tests", "var"}
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
KEYWORDS = dict.fromkeys(PLAIN | WITH_CONTEXT)
# Catalogues without a date would be stamped with the current time, and never compile twice to the same bytes.
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

Key = tuple[str | None, str]
"""Identifies a message: the context, and the (singular) msgid."""
Call = tuple[int, str, str | tuple[str | None, ...] | None, list[str]]
"""A result of the extractor: line, function, arguments, comments. Its own annotation is wrong."""


class Command(BaseCommand):
    help = (
        "Compile locale/*/LC_MESSAGES/*.po; --check only tells what is stale, missing, fuzzy or untranslated."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; fail when something is amiss."
        )

    def handle(self, *, check: bool, **options: object) -> None:
        files = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
        if not check:
            for file in files:
                file.with_suffix(".mo").write_bytes(compiled(read(file)))
            self.stdout.write(f"Compiled {len(files)} catalogues.")
            return
        problems = list(find_problems(files))
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problems in the catalogues.")
        self.stdout.write(f"{len(files)} catalogues are complete and fresh.")


def find_problems(files: list[Path]) -> Iterator[str]:
    """Yield a line for each problem: a language or message missing, fuzzy, untranslated, or a stale .mo file."""
    languages = {file.parent.parent.name for file in files}
    for language in sorted(dict(settings.LANGUAGES).keys() - languages):
        yield f"locale/{language}: no catalogue"
    used = dict(used_messages())
    for file in files:
        name = file.relative_to(ROOT)
        catalog = read(file)
        for key in sorted(used.keys() - keys_of(catalog), key=str):
            yield f"{name}: missing, used in {used[key]}: {key[1]!r}"
        for message in catalog:
            if message.id and (fault := fault_of(message)):
                yield f"{name}: {fault}: {key_of(message)[1]!r}"
        binary = file.with_suffix(".mo")
        if not binary.exists() or binary.read_bytes() != compiled(catalog):
            yield f"{binary.relative_to(ROOT)}: stale, run manage.py compile_catalogs"


def fault_of(message: Message) -> str:
    """What is wrong with a message's translation, or an empty string."""
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    if message.fuzzy:
        return "fuzzy"
    return "" if all(strings) else "untranslated"


def used_messages() -> Iterator[tuple[Key, str]]:
    """Yield each message used in code and templates, with the file that uses it."""
    for file in source_files():
        source = file.read_text(encoding="utf-8")
        if file.suffix != ".py":
            # In parentheses, because the remaining text of a template has arbitrary indentation.
            source = f"(\n{templatize(source)}\n)"
        found = extract_python(io.BytesIO(source.encode()), KEYWORDS, (), {"encoding": "utf-8"})
        for _line, function, arguments, _comments in cast("Iterator[Call]", found):
            context, text = place(function, arguments)
            if text:  # a variable instead of a literal has its literal elsewhere
                yield (context, text), str(file.relative_to(ROOT))


def source_files() -> Iterator[Path]:
    """Yield the files that can hold messages, without hidden folders, tests and foreign code."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(names) if Path(name).suffix in SOURCES)


def place(function: str, arguments: str | tuple[str | None, ...] | None) -> tuple[str | None, str | None]:
    """Pick context and msgid from a call's arguments; None for one that is no literal."""
    values = arguments if isinstance(arguments, tuple) else (arguments,)
    return (values[0], values[1]) if function in WITH_CONTEXT else (None, values[0])


def key_of(message: Message) -> Key:
    """The key of a catalogue's message."""
    return message.context, message.id[0] if isinstance(message.id, tuple | list) else message.id


def keys_of(catalog: Catalog) -> set[Key]:
    """The keys of all messages of a catalogue."""
    return {key_of(message) for message in catalog}


def read(file: Path) -> Catalog:
    """Read a .po file, its dates replaced, so that equal messages compile to equal bytes."""
    with file.open("rb") as stream:
        catalog = read_po(stream, locale=file.parent.parent.name)
    catalog.creation_date = catalog.revision_date = EPOCH
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """The bytes of the .mo file, without fuzzy messages."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()

"""The catalogues' compiler and its check, over a small project of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from core.management.commands import compile_catalogs

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
HELLO = '\nmsgid "Hello"\nmsgstr "Bonjour"\n'

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write files of a project whose only language is French."""
    monkeypatch.setattr(compile_catalogs, "ROOT", tmp_path)

    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    with override_settings(LANGUAGES=[("fr", "Français")]):
        yield write_file


@pytest.fixture
def catalog(write: Write) -> Callable[[str], Path]:
    return lambda messages: write("locale/fr/LC_MESSAGES/django.po", HEADER + messages)


def check(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(CommandError):
        call_command("compile_catalogs", check=True)
    return capsys.readouterr().err


def test_complete_catalogue_passes(write, catalog):
    catalog(HELLO)
    write("room/views.py", 'title = _("Hello")\n')
    call_command("compile_catalogs")
    call_command("compile_catalogs", check=True)


def test_compiling_twice_gives_the_same_bytes(catalog):
    binary = catalog(HELLO).with_suffix(".mo")
    call_command("compile_catalogs")
    first = binary.read_bytes()
    call_command("compile_catalogs")
    assert binary.read_bytes() == first
    assert b"Bonjour" in first


def test_changed_catalogue_is_stale(catalog, capsys):
    catalog(HELLO)
    call_command("compile_catalogs")
    catalog(HELLO.replace("Bonjour", "Salut"))
    assert "stale" in check(capsys)


@pytest.mark.parametrize(
    ("fault", "messages"),
    [
        ("untranslated", '\nmsgid "Hello"\nmsgstr ""\n'),
        ("fuzzy", "\n#, fuzzy" + HELLO),
        ("untranslated", '\nmsgid "One"\nmsgid_plural "Many"\nmsgstr[0] "Un"\nmsgstr[1] ""\n'),
    ],
)
def test_unfinished_message_is_named(catalog, capsys, fault, messages):
    catalog(messages)
    call_command("compile_catalogs")
    assert f"django.po: {fault}" in check(capsys)


@pytest.mark.parametrize(
    ("name", "source", "missing"),
    [
        ("room/views.py", 'title = gettext_lazy("New")\n', "New"),
        ("room/views.py", 'text = ngettext("one call", "{n} calls", n)\n', "one call"),
        ("room/views.py", 'text = pgettext("verb", "Hello")\n', "Hello"),
        ("templates/page.html", "  {% load i18n %}\n <p>don't</p>{% translate 'Tell me' %}", "Tell me"),
        (
            "templates/page.html",
            "{% blocktranslate trimmed %}\n  Two\n  lines\n{% endblocktranslate %}",
            "Two lines",
        ),
        ("templates/mail.txt", '{{ _("Dear")|title }}', "Dear"),
    ],
)
def test_message_in_use_must_be_in_the_catalogue(write, catalog, capsys, name, source, missing):
    catalog(HELLO)
    write(name, source)
    call_command("compile_catalogs")
    assert f"missing, used in {name}: '{missing}'" in check(capsys)


def test_tests_and_variables_need_no_translation(write, catalog):
    catalog(HELLO)
    write("room/tests/test_views.py", '_("Only here")\n')
    write("room/views.py", "_(variable)\n")
    call_command("compile_catalogs")
    call_command("compile_catalogs", check=True)


def test_language_without_catalogue_is_named(capsys, write):
    assert "locale/fr: no catalogue" in check(capsys)

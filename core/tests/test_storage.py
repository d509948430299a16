"""Static files: joined in every environment, hashed and compressed in production."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.core.management import call_command
from django.template import Context, Template
from django.test import override_settings

from core.web import static_finder
from core.web.scripts import BUNDLE, joined_scripts
from core.web.stylesheets import LAYOUTS, bundle_path, sheets_of, slimmed

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("storage")]

PRODUCTION = {**settings.STORAGES, "staticfiles": {"BACKEND": "core.web.static_storage.StaticStorage"}}


@pytest.fixture(scope="module")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files as the production storage collects them, once for all tests of this file."""
    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=root, STORAGES=PRODUCTION):
        call_command("collectstatic", interactive=False, verbosity=0)
    return root


@pytest.fixture
def collected(static_root: Path) -> Iterator[Path]:
    """Pages link the collected files."""
    with override_settings(STATIC_ROOT=static_root, STORAGES=PRODUCTION):
        yield static_root


def served(root: Path, path: str) -> Path:
    manifest = json.loads((root / "staticfiles.json").read_text())["paths"]
    return root / manifest[path]


def wire_size(path: Path) -> int:
    packed = path.with_name(path.name + ".gz")
    return (packed if packed.exists() else path).stat().st_size


def test_a_layout_is_one_file_with_every_sheet_in_order(collected):
    for layout in LAYOUTS:
        bundle = served(collected, bundle_path(layout)).read_text()
        assert bundle.startswith("@layer reset, base, components, utilities;")
        position = 0
        for sheet in sheets_of(layout):
            position = bundle.index(slimmed((collected / sheet).read_text()), position)


def test_a_page_links_one_style_sheet_and_one_script_by_their_hashes(collected):
    markup = Template('{% load page %}{% stylesheet "public" %}{% script %}').render(Context())
    assert re.fullmatch(
        r'<link rel="stylesheet" href="/static/css/bundles/public\.[0-9a-f]{12}\.css">'
        r'<script type="module" fetchpriority="low" src="/static/js/bundles/app\.[0-9a-f]{12}\.js"></script>',
        markup,
    )


def test_the_cold_sign_in_page_stays_small(collected, client, db):
    """At most 25 kB and 4 requests: the page and what it links."""
    packed = client.get("/fr/auth", headers={"accept-encoding": "gzip"}).content
    page = gzip.decompress(packed).decode()
    linked = set(re.findall(r'(?:href|src)="/static/([^"#]+)', page)) - set(
        re.findall(r"img/touch[^\"]+", page)
    )
    assert 1 + len(linked) <= 4
    assert len(packed) + sum(wire_size(collected / path) for path in linked) <= 25_000


def test_slimming_changes_no_value():
    assert (
        slimmed("/* why */\n  a {\n    margin: calc(1px + 2px);\n  }\n") == "a {\nmargin: calc(1px + 2px);\n}"
    )


# The joined files.


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of our static files that a test may edit."""
    copytree(static_finder.SOURCES, tmp_path / "static")
    monkeypatch.setattr(static_finder, "SOURCES", tmp_path / "static")
    monkeypatch.setattr(static_finder, "FOLDER", tmp_path / "joined")
    return tmp_path / "static"


@pytest.mark.parametrize(
    ("joined", "source", "addition"),
    [
        (bundle_path("public"), "css/base.css", "@layer base { a { order: 7; } }"),
        (BUNDLE, "js/controllers/copy.js", "const edited = true;"),
    ],
)
def test_an_edit_shows_when_its_page_is_loaded_again(sources, joined, source, addition):
    before = Path(str(find(joined))).read_text()
    edited = sources / source
    edited.write_text(edited.read_text() + addition)
    after = Path(str(find(joined))).read_text()
    assert addition in after
    assert addition not in before


def test_a_joined_script_holds_each_module_once_and_no_import(sources):
    script = joined_scripts(sources)
    modules = {str(path.relative_to(sources)) for path in sources.glob("js/**/*.js")}
    assert set(re.findall(r'^"(.+)": \(exports\) => \{$', script, re.MULTILINE)) == modules
    assert re.findall(r"^(?:import|export)\b|\bimport\(", script, re.MULTILINE) == []


@pytest.mark.parametrize("line", ['import all from "./keep.js";', "export { keep };", "export default 7;"])
def test_a_form_that_cannot_be_joined_is_refused(sources, line):
    (sources / "js/busy.js").write_text(f"{line}\n")
    with pytest.raises(ValueError, match=r"js/busy\.js cannot be joined"):
        joined_scripts(sources)

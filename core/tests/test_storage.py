"""Static files as production serves them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import Context, Template
from django.test import override_settings

from core.web.static_storage import slimmed
from core.web.stylesheets import LAYOUTS, bundle_path, sheets_of

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


def test_pages_fade_only_where_the_rule_comes_with_all_others(collected):
    for layout in LAYOUTS:
        assert "@view-transition" in served(collected, bundle_path(layout)).read_text()
        assert "@view-transition" not in "".join(
            (collected / sheet).read_text() for sheet in sheets_of(layout)
        )


def test_a_page_links_one_style_sheet_by_its_hash(collected):
    markup = Template('{% load page %}{% stylesheets "public" %}').render(Context())
    assert re.fullmatch(
        r'<link rel="stylesheet" href="/static/css/bundles/public\.[0-9a-f]{12}\.css">', markup
    )


def test_modules_import_each_other_by_hashed_names(collected):
    script = served(collected, "js/app.js").read_text()
    imports = re.findall(r'(?:import\(?|from )"(\./[^"]+)"', script)
    assert len(imports) > 5
    assert [name for name in imports if not re.search(r"\.[0-9a-f]{12}\.js$", name)] == []
    assert [name for name in imports if not (collected / "js" / name).exists()] == []


def test_the_cold_sign_in_page_stays_small(collected, client, db):
    """At most 30 kB and 8 requests: the page, what it links, and the behaviours that it names."""
    page = client.get("/fr/auth").content.decode()
    linked = set(re.findall(r'(?:href|src)="/static/([^"#]+)', page)) - set(
        re.findall(r"img/touch[^\"]+", page)
    )
    named = {name for names in re.findall(r'data-controller="([a-z -]+)"', page) for name in names.split()}
    files = {collected / path for path in linked}
    fetched = {name for name in named if (collected / f"js/controllers/{name}.js").exists()}
    files |= {served(collected, f"js/controllers/{name}.js") for name in fetched}
    assert 1 + len(files) <= 8
    assert len(page.encode()) + sum(wire_size(path) for path in files) <= 30_000


def test_slimming_changes_no_value():
    assert (
        slimmed("/* why */\n  a {\n    margin: calc(1px + 2px);\n  }\n") == "a {\nmargin: calc(1px + 2px);\n}"
    )

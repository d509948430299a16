"""The look's rules: what style sheets, templates and scripts may hold, and what the components promise."""

import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from accounts.sessions.devices import KIND_ICONS
from assistants.catalog.presets import TRADES
from core.web.stylesheets import LAYOUTS, sheets_of
from organizations.facts.cards import ASKS

STATIC = settings.BASE_DIR / "static"
TEMPLATES = settings.BASE_DIR / "templates"
SHEETS = sorted(STATIC.glob("css/**/*.css"))
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "emails" not in path.parts)
SCRIPTS = sorted(STATIC.glob("js/**/*.js"))
LIBRARIES = "{% load brand components i18n page %}"


def relative(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


def without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)


def render(source: str, **context: Any) -> str:
    return Template(LIBRARIES + source).render(Context(context))


# Style sheets.


def found(paths: list[Path], pattern: str) -> list[str]:
    """Each line that matches, with its file."""
    lines = ((path, line) for path in paths for line in without_comments(path).splitlines())
    return [f"{relative(path)}: {line.strip()}" for path, line in lines if re.search(pattern, line)]


def longer_than(limit: int, paths: list[Path]) -> list[str]:
    return [relative(path) for path in paths if len(path.read_text().splitlines()) > limit]


def test_style_sheets_know_no_left_or_right_and_never_shout():
    assert found(SHEETS, r"\b(?:left|right)\b|!important") == []


def test_style_sheets_are_short_and_one_declaration_a_line():
    assert longer_than(150, SHEETS) == []
    assert found(SHEETS, r";.*;") == []


def test_every_rule_stands_in_a_layer():
    for sheet in SHEETS:
        if sheet.name == "error.css":
            continue  # the page for our own faults stands alone
        outside = re.sub(r"@layer [a-z]+ \{.*?\n\}", "", without_comments(sheet), flags=re.DOTALL).strip()
        assert outside in {"", "@layer reset, base, components, utilities;"}, relative(sheet)


def test_every_style_sheet_belongs_to_a_layout():
    linked = {path for layout in LAYOUTS for path in sheets_of(layout)}
    ours = {str(sheet.relative_to(STATIC)) for sheet in SHEETS} - {"css/error.css"}
    assert linked == ours


def test_the_order_of_layers_is_told_first():
    assert {sheets_of(layout)[0] for layout in LAYOUTS} == {"css/layers.css"}


# Templates.


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_templates_are_short_and_hold_no_inline_style_or_script(page):
    source = page.read_text()
    assert len(source.splitlines()) <= 80
    assert (
        re.findall(r"\sstyle=|<style|\son[a-z]+=\"|javascript:|<script(?! type=\"module\" src=)", source)
        == []
    )


def test_every_icon_that_pages_name_is_in_the_sprite_and_no_other():
    sprite = set(re.findall(r'<symbol id="i-([a-z0-9-]+)"', (STATIC / "img/icons.svg").read_text()))
    named = set()
    for page in PAGES:
        named |= set(re.findall(r'(?:icon=|\{% icon )"([a-z0-9-]+)"', page.read_text()))
        named |= set(re.findall(r'\{% nav_item "[a-z:-]+" "([a-z0-9-]+)"', page.read_text()))
    named |= {"circle-check", "triangle-alert", "circle-alert", "info"}  # chosen by the note itself
    named |= {trade.icon for trade in TRADES} | set(KIND_ICONS.values())
    named |= {ask.icon for ask in ASKS.values()}
    assert sprite == named


# Scripts.


def test_every_behaviour_that_pages_name_exists():
    app = (STATIC / "js/app.js").read_text()
    fetched = set(re.findall(r'^  "?([a-z-]+)"?: \(\) => import', app, re.MULTILINE))
    urgent = re.search(r"^const urgent = \{(.+)\};", app, re.MULTILINE)
    assert urgent is not None
    at_once = set(re.findall(r'"?([a-z-]+)"?(?:: \w+)?', urgent[1]))
    named: set[str] = set()
    for page in PAGES:
        for names in re.findall(r'data[-_]controller="([a-z -]+)"', page.read_text()):
            named |= set(names.split())
    assert named | {"digits"} == fetched | at_once  # the code field names it in Python
    assert fetched == {path.stem for path in STATIC.glob("js/controllers/*.js")}


# What stands in the head.


def head_context(**cookies: str) -> dict[str, Any]:
    request = RequestFactory().get("/fr/auth")
    request.COOKIES.update(cookies)
    return {"request": request}


def test_a_chosen_theme_is_written_by_the_server():
    assert render("{% theme_attribute %}", **head_context(theme="dark")) == ' data-theme="dark"'
    assert render("{% theme_color %}", **head_context(theme="dark")).count("theme-color") == 1


@pytest.mark.parametrize("theme", ["", "sepia", '"><script>'])
def test_without_a_known_theme_the_system_decides(theme):
    assert render("{% theme_attribute %}", **head_context(theme=theme)) == ""
    assert render("{% theme_color %}", **head_context(theme=theme)).count("prefers-color-scheme") == 2


def test_alternates_name_each_language_once_and_drop_the_query(settings):
    settings.SITE_URL = "https://console.example.com"
    links = [
        {"code": code, "name": code, "url": f"/{code}/auth?next=/x", "current": code == "he"}
        for code in ("fr", "he", "en")
    ]
    markup = render("{% alternates %}", language_links=links)
    assert '<link rel="canonical" href="https://console.example.com/he/auth">' in markup
    assert '<link rel="alternate" hreflang="x-default" href="https://console.example.com/fr/auth">' in markup
    assert markup.count("<link") == 5
    assert "next" not in markup


@pytest.mark.parametrize("page", ["/fr/auth", "/fr/home"])
def test_a_page_asks_for_few_files(as_user, owner, page):
    """The page, a style sheet, a script, icons and the mark; the icon of telephones is loaded by none of them."""
    markup = as_user(owner if page == "/fr/home" else None).get(page, follow=True).content.decode()
    linked = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', markup)) - {"/static/img/touch.png"}
    assert 1 + len(linked) < 8
    for path in linked:
        assert find(path.removeprefix("/static/")), path


# What is drawn.


def test_icons_of_direction_turn_round_and_others_do_not():
    assert "icon--directional" in render('{% icon "arrow-right" %}')
    assert "icon--directional" not in render('{% icon "phone" %}')


def test_the_horizon_runs_the_way_the_page_is_read():
    with override("fr"):
        ltr = render("{% horizon %}")
    with override("he"):
        rtl = render("{% horizon %}")
    assert "M365 59.99" in ltr
    assert "M1235 59.99" in rtl


def test_a_voiceprint_is_the_same_for_ever_and_its_own():
    assert render('{% voiceprint "lea" %}') == render('{% voiceprint "lea" %}')
    assert render('{% voiceprint "lea" %}') != render('{% voiceprint "hugo" %}')


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Claire Perrin", "CP"),
        ("claire@example.com", "CE"),
        ("Ava", "A"),
        ("נועה לוי", "נל"),
        ("", "·"),
        ("(*)", "·"),
    ],
)
def test_an_avatar_shows_first_letters(name, letters):
    assert f">{letters}</span>" in render("{% avatar name %}", name=name)


# Components.


class Typed(forms.Form):
    name = forms.CharField(label="Name", help_text="As callers know it.")
    email = forms.EmailField(label="E-mail", required=False)


def test_what_stands_in_a_component_is_escaped_once():
    markup = render('{% button "primary" %}{{ words }} {% icon "check" %}{% endbutton %}', words="<b>&")
    assert "&lt;b&gt;&amp; <svg" in markup


def test_a_button_takes_attributes_and_a_link_looks_like_one():
    button = render('{% button "small" popovertarget="menu" disabled=True busy="Wait" %}Go{% endbutton %}')
    assert button.startswith(
        '<button class="button button--small" data-busy="Wait" popovertarget="menu" type="submit"'
    )
    assert "disabled" in button
    link = render('{% button href="/x" %}Go{% endbutton %}')
    assert "".join(line.strip() for line in link.splitlines()) == '<a class="button" href="/x">Go</a>'


def test_a_field_shows_its_hint_until_something_is_wrong():
    fresh = render("{% field form.name %}", form=Typed())
    assert 'aria-describedby="id_name_helptext"' in fresh
    assert "As callers know it." in fresh
    wrong = render("{% field form.name %}", form=Typed({"name": ""}))
    assert 'aria-describedby="id_name_error"' in wrong
    assert 'aria-invalid="true"' in wrong
    assert "As callers know it." not in wrong


def test_the_first_wrong_field_takes_the_focus():
    form = Typed({"name": "Ava", "email": "nowhere"})
    assert "autofocus" not in render("{% field form.name autofocus=True %}", form=form)
    assert "autofocus" in render("{% field form.email %}", form=form)


def test_an_address_is_never_turned_round():
    assert 'dir="ltr"' in render("{% field form.email %}", form=Typed())


def test_the_navigation_leaves_out_rooms_that_are_not_there():
    assert render('{% nav_item "nowhere:list" "phone" "Calls" %}').strip() == ""


# The staff's page.


def test_the_gallery_is_for_staff(as_user, owner, staff):
    assert as_user(staff).get("/fr/gallery").status_code == 200
    assert as_user(owner).get("/fr/gallery").status_code == 403
    assert as_user(None).get("/fr/gallery").status_code == 302

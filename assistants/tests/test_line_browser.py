"""The line in a real browser: it renews itself, is read aloud, and mirrors in Hebrew while the mark does not."""

import re

import pytest
from playwright.sync_api import expect

from assistants.models import Line
from assistants.sync.mirrored import SyncState
from assistants.tests.lines import save_line
from core.tests.browser import axe_violations, visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
WORDS = {"fr": "Léa répond au +33 9 39 03 55 01.", "he": "Léa עונה לשיחות למספר +33 9 39 03 55 01."}


@pytest.mark.parametrize("locale", ["fr", "he"])
def test_line_renews_itself_in_a_region_that_is_read_aloud(new_browser, site, bakery, owner, locale):
    save_line(bakery, line="pending")
    page = new_browser(owner, viewport=PHONE)
    visit(page, f"/{locale}/o/bakery/team")
    line = page.locator("[aria-live=polite] > #line")
    expect(line).to_have_class(re.compile("line--waiting"))
    assert axe_violations(page) == []
    Line.objects.update(sync_state=SyncState.IN_STEP)
    expect(line).to_have_class(re.compile("line--fine"))
    expect(line.locator(".line__headline")).to_have_text(WORDS[locale])
    expect(page.locator("[aria-live=polite] > #line[hx-get]")).to_have_count(0)
    assert axe_violations(page) == []


@pytest.mark.parametrize("locale", ["fr", "he"])
def test_line_runs_in_the_reading_direction(new_browser, site, bakery, owner, locale):
    save_line(bakery, vapi="refused")
    page = new_browser(owner, viewport={"width": 1280, "height": 800})
    visit(page, f"/{locale}/o/bakery/team")
    parts = [box["x"] for part in page.locator(".line__part").all() if (box := part.bounding_box())]
    assert parts == sorted(parts, reverse=locale == "he")
    bars = [box["x"] for bar in page.locator("#line .wave rect").all() if (box := bar.bounding_box())]
    assert bars == sorted(bars)


def test_calm_line_takes_three_lines_on_a_phone(new_browser, site, bakery, owner):
    save_line(bakery)
    page = new_browser(owner, viewport=PHONE)
    visit(page, "/fr/o/bakery/team")
    box = page.locator("#line").bounding_box()
    assert box is not None
    assert box["height"] < 110

"""The desk in a browser: it renews itself, works by keyboard and without scripts."""

import pytest
from playwright.sync_api import expect

from assistants.tests.factories import AssistantFactory
from core.tests.browser import axe_violations, press, visit
from desk.tests.factories import ask, item_of
from desk.tests.screens import make_desk
from organizations.facts.models import Question

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_request_comes_in_by_itself_and_is_taken_and_ticked_off(new_browser, site, bakery, owner):
    page = new_browser(owner)
    visit(page, "/fr/o/bakery/desk")
    expect(page.locator("[data-row]")).to_have_count(0)
    item = item_of(ask(bakery, urgency="urgent"))
    row = page.locator(f"#item-{item.id}")
    expect(row).to_be_visible()
    assert axe_violations(page) == []
    press(row.get_by_role("button", name="Je m’en occupe"))
    expect(page.locator(".desk__meta bdi")).to_have_count(1)
    press(row.get_by_role("button", name="C’est fait"))
    expect(page.locator("[data-row]")).to_have_count(0)


def test_request_is_dealt_with_without_scripts_and_from_right_to_left(new_browser, site, bakery, owner):
    item = item_of(ask(bakery))
    page = new_browser(owner, java_script_enabled=False)
    page.goto(f"/he/o/bakery/desk/{item.id}")
    page.fill("textarea[name=text]", "התקשרתי")
    page.locator("form[action$=notes] button").click()
    expect(page.get_by_text("התקשרתי")).to_be_visible()
    page.locator("button[name=until]").first.click()
    item.refresh_from_db()
    assert item.is_snoozed


def test_pages_of_a_request_and_of_questions_hold_on_a_phone(new_browser, site, bakery, owner):
    AssistantFactory(organization=bakery, name="Léa")
    item = make_desk(bakery)
    page = new_browser(owner, viewport={"width": 390, "height": 844})
    for path in ("", "?state=done", f"/{item.id}", "/questions"):
        visit(page, f"/he/o/bakery/desk{path}")
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("input[name=answer]").first.fill("כן, בימי חמישי")
    press(page.get_by_role("button", name="ללמד את העוזרות").first)
    assert Question.objects.get().answer == "כן, בימי חמישי"

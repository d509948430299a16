"""What the small scripts add to pages that work without them."""

import re
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from core.tests.browser import bound, press, session_cookie, visit

pytestmark = pytest.mark.browser


def stay(route):
    route.fulfill(status=204)


def test_a_theme_is_kept_and_written_by_the_server(new_browser):
    page = new_browser(color_scheme="light")
    visit(page, "/fr/auth")
    page.click(".theme-switch button[value=dark]")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert 'data-theme="dark"' in sent_root(page)
    page.click('.theme-switch button[value=""]')
    expect(page.locator("html")).not_to_have_attribute("data-theme", re.compile(""))
    assert "data-theme" not in sent_root(page)


def sent_root(page: Any) -> str:
    """The root's tag as the server sends it, before any script: the styles behind it name the themes too."""
    root, _bracket, _rest = page.request.get("/fr/auth").text().partition("<html")[2].partition(">")
    return str(root)


def test_a_form_is_sent_once_and_its_button_says_so(new_browser):
    page = new_browser()
    page.goto("/fr/auth")
    requests: list[Any] = []

    def note(request):
        requests.append(request)

    page.on("request", note)
    # 204: the browser stays where it is, as it does while an answer takes its time.
    page.route("**/auth", lambda route: stay(route) if route.request.method == "POST" else route.continue_())
    page.fill("input[name=email]", "owner@example.com")
    button = page.locator("main button[type=submit]")
    width = button.bounding_box()["width"]
    button.evaluate("button => { button.click(); button.click(); button.click(); }")
    page.wait_for_selector("main button[aria-busy=true] .wave")
    assert [request.method for request in requests].count("POST") == 1
    assert abs(button.bounding_box()["width"] - width) < 1


def test_a_code_pasted_with_its_space_fits(new_browser):
    page = new_browser()
    page.goto("/fr/auth")
    page.fill("input[name=email]", "owner@example.com")
    press(page.locator("main button[type=submit]"))
    bound(page)
    page.fill("input[name=code]", "482 071")
    assert page.input_value("input[name=code]") == "482071"


def test_the_keyboard_opens_a_menu_walks_through_it_and_comes_back(new_browser, owner):
    page = new_browser(owner, viewport={"width": 1280, "height": 800})
    visit(page, "/fr/o/bakery")
    page.locator(".sidebar__person").focus()
    page.keyboard.press("Enter")
    items = page.locator("#menu-person").locator("a, button")
    expect(items.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".sidebar__person")).to_be_focused()


def test_a_dialog_holds_the_focus_and_gives_it_back(new_browser, staff):
    page = new_browser(staff)
    visit(page, "/fr/gallery")
    page.click("[data-dialog=sample-dialog]")
    expect(page.locator("dialog[open] :focus")).to_be_attached()
    page.keyboard.press("Escape")
    expect(page.locator("[data-dialog=sample-dialog]")).to_be_focused()


def test_copying_says_so(new_browser, staff):
    page = new_browser(staff, permissions=["clipboard-read", "clipboard-write"])
    visit(page, "/fr/gallery")
    page.clock.install()
    page.clock.pause_at("2100-01-01")  # it says so for two seconds only
    page.click("[data-controller=copy]")
    page.wait_for_selector("[data-controller=copy].is-copied")
    assert page.evaluate("navigator.clipboard.readText()") == "+33 4 65 71 22 10"
    assert page.locator("[data-controller=copy] [role=status]").inner_text() != ""


def test_leaving_with_something_typed_asks_first(new_browser, newcomer):
    page = new_browser(newcomer)
    visit(page, "/fr/onboarding/vapi")
    asked = []

    def leave(dialog):
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.fill("input[name=private_key]", "not-sent")
    page.click("text=Retour")
    page.wait_for_url("**/onboarding/welcome")
    assert asked == ["beforeunload"]


def test_what_was_typed_outlives_an_expired_session(new_browser, newcomer, site):
    page = new_browser(newcomer)
    page.goto("/fr/onboarding/welcome")
    page.locator("main summary").click()
    page.fill("input[name=name]", "Maison Perrin")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    press(page.locator("main .button--primary"))
    expect(page.locator("input[name=email]")).to_be_visible()
    page.context.add_cookies([session_cookie(newcomer, site)])
    page.goto("/fr/onboarding/welcome")
    expect(page.locator("[data-kept]")).to_be_visible()
    expect(page.locator("input[name=name]")).to_have_value("Maison Perrin")
    page.reload()
    bound(page)
    expect(page.locator("input[name=name]")).to_have_value("Ava")


def test_the_skip_link_comes_first_and_leads_to_the_content(new_browser, owner):
    page = new_browser(owner)
    page.goto("/fr/o/bakery")
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_without_scripts_nothing_is_shown_that_needs_them(new_browser):
    page = new_browser(java_script_enabled=False)
    page.goto("/fr/auth")
    assert page.locator(".theme-switch").is_hidden()
    assert page.locator("main button[type=submit]").is_enabled()

"""What the small scripts add to pages that work without them."""

import time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page_of(new_browser, site):
    """A page in a browser that is signed in as this person, or as nobody."""

    def make(user=None, **options):
        page = new_browser(**options)
        if user is not None:
            page.context.add_cookies([session_of(user, site)])
        return page

    return make


def session_of(user, site):
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": site}


def until(page, expression):
    """Wait until it holds. Playwright's own way would need `eval`, which our policy refuses."""
    deadline = time.monotonic() + 8
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(50)


def stay(route):
    route.fulfill(status=204)


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")


def test_a_theme_is_kept_and_written_by_the_server(page_of):
    page = page_of(color_scheme="light")
    page.goto("/fr/auth")
    page.click(".theme-switch button[value=dark]")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    plain = page.request.get("/fr/auth").text()  # what the server sends, before any script
    assert 'data-theme="dark"' in plain
    page.click('.theme-switch button[value=""]')
    assert page.locator("html").get_attribute("data-theme") is None
    assert "data-theme" not in page.request.get("/fr/auth").text()


def test_a_form_is_sent_once_and_its_button_says_so(page_of):
    page = page_of()
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


def test_a_code_pasted_with_its_space_fits(page_of):
    page = page_of()
    page.goto("/fr/auth")
    page.fill("input[name=email]", "owner@example.com")
    page.click("main button[type=submit]")
    until(page, "document.querySelector('.resend button')?.disabled")  # the scripts have come
    page.fill("input[name=code]", "482 071")
    assert page.input_value("input[name=code]") == "482071"


def test_the_keyboard_opens_a_menu_walks_through_it_and_comes_back(page_of, owner):
    page = page_of(owner, viewport={"width": 1280, "height": 800})
    page.goto("/fr/o/bakery")
    page.wait_for_load_state("networkidle")
    page.locator(".sidebar__person").focus()
    page.keyboard.press("Enter")
    until(page, "document.activeElement.closest('#menu-person')")
    first = focused(page)
    page.keyboard.press("ArrowDown")
    assert focused(page) != first
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "sidebar__person"


def test_a_dialog_holds_the_focus_and_gives_it_back(page_of, staff):
    page = page_of(staff)
    page.goto("/fr/gallery")
    page.wait_for_load_state("networkidle")
    page.click("[data-dialog=sample-dialog]")
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.dialog") == "sample-dialog"


def test_copying_says_so(page_of, staff):
    page = page_of(staff, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/fr/gallery")
    page.wait_for_load_state("networkidle")
    page.click("[data-controller=copy]")
    page.wait_for_selector("[data-controller=copy].is-copied")
    assert page.evaluate("navigator.clipboard.readText()") == "+33 4 65 71 22 10"
    assert page.locator("[data-controller=copy] [role=status]").inner_text() != ""


def test_leaving_with_something_typed_asks_first(page_of, newcomer):
    page = page_of(newcomer)
    page.goto("/fr/onboarding/organization")
    page.wait_for_load_state("networkidle")
    asked = []

    def leave(dialog):
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.fill("input[name=name]", "Maison Perrin")
    page.click("text=Retour")
    page.wait_for_url("**/onboarding/welcome")
    assert asked == ["beforeunload"]


def test_what_was_typed_outlives_an_expired_session(page_of, newcomer, site):
    page = page_of(newcomer)
    page.goto("/fr/onboarding/organization")
    page.wait_for_load_state("networkidle")
    page.fill("input[name=name]", "Maison Perrin")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.click("main button[type=submit]")
    page.wait_for_selector("input[name=email]")
    until(page, "Object.values(sessionStorage).some((kept) => JSON.parse(kept).interrupted)")
    page.context.add_cookies([session_of(newcomer, site)])
    page.goto("/fr/onboarding/organization")
    page.wait_for_selector("[data-kept]:not([hidden])")
    assert page.input_value("input[name=name]") == "Maison Perrin"
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.input_value("input[name=name]") == "Ava"


def test_the_skip_link_comes_first_and_leads_to_the_content(page_of, owner):
    page = page_of(owner)
    page.goto("/fr/o/bakery")
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_without_scripts_nothing_is_shown_that_needs_them(page_of):
    page = page_of(java_script_enabled=False)
    page.goto("/fr/auth")
    assert page.locator(".theme-switch").is_hidden()
    assert page.locator("main button[type=submit]").is_enabled()

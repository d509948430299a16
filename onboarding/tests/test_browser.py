"""The whole set-up in a browser, from the mailed link to the dashboard: touch, keyboard, and without scripts."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from accounts.tests.helpers import link_in
from assistants.models import Assistant
from assistants.sync.mirrored import SyncState
from connections.enums import NumberState
from connections.models import TwilioConnection

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
CALM = {"reduced_motion": "reduce"}
PATIENCE = 30_000  # milliseconds; a page asks for itself again every other second
CLICKS = 12  # what the whole way takes on a phone, with nothing typed
REST = re.compile(r"/o/ava$")


class Walk:
    """A walk through the steps that counts its clicks."""

    def __init__(self, page: Any, locale: str) -> None:
        self.page, self.locale, self.clicks = page, locale, 0

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).click()

    def go_on(self, step: str) -> None:
        """Press the step's primary button, and wait for the next step."""
        self.click("main .setup__actions .button--primary")
        self.be_at(step)

    def be_at(self, step: str) -> None:
        self.page.wait_for_url(re.compile(rf"/{self.locale}/onboarding/{step}$"))

    def see(self, selector: str) -> None:
        expect(self.page.locator(selector).first).to_be_visible(timeout=PATIENCE)
        self.page.wait_for_load_state()

    def fill_from_the_sandbox(self) -> None:
        self.click("main a[href='?sandbox=1']")
        self.page.wait_for_url("**?sandbox=1")

    def check_with_axe(self) -> None:
        report = Axe().run(self.page)
        assert report.violations_count == 0, report.generate_report()


@pytest.fixture
def land(new_browser, newcomer, run_tasks, mailoutbox):
    """Sign in by the mailed link."""

    def sign_in(locale: str, **options: Any) -> Walk:
        page = new_browser(**CALM, **options)
        page.set_default_timeout(PATIENCE)
        page.goto(f"/{locale}/auth")
        page.locator("input[name=email]").fill(newcomer.email)
        page.locator("form:has(input[name=email]) button").first.click()
        page.wait_for_url("**/auth/sent?**")
        run_tasks()
        page.goto(link_in(mailoutbox[-1]))
        walk = Walk(page, locale)
        walk.be_at("welcome")
        return walk

    return sign_in


def assert_everything_stands(ava) -> None:
    ava.refresh_from_db()
    assert ava.is_set_up
    assert TwilioConnection.objects.get().number_state == NumberState.IN_STEP
    assert Assistant.objects.get().sync_state == SyncState.IN_STEP


def walk_to_the_end(walk: Walk, run_tasks, *, axe: bool) -> None:
    look = walk.check_with_axe if axe else lambda: None
    look()
    walk.go_on("organization")
    look()
    walk.go_on("vapi")
    look()
    walk.fill_from_the_sandbox()
    walk.go_on("vapi")
    walk.see(".note--good")
    look()
    walk.go_on("twilio")
    look()
    walk.fill_from_the_sandbox()
    walk.go_on("twilio")
    walk.see("#number-state")
    run_tasks()
    walk.see("#number-state .note--good")
    look()
    walk.go_on("assistant")
    look()
    walk.click("main a[href='?persona=restaurant']")
    walk.see("[name=first_message]")
    look()
    walk.go_on("assistant")
    walk.see("#assistant-state")
    run_tasks()
    walk.see("#chat")
    look()
    walk.go_on("done")
    look()
    walk.click("main .setup__actions .button--primary")
    walk.page.wait_for_url(REST)


def test_whole_set_up_on_a_phone_takes_few_clicks_and_no_typing(land, ava, run_tasks):
    walk = land("fr", **PHONE)
    walk_to_the_end(walk, run_tasks, axe=False)
    assert_everything_stands(ava)
    assert walk.clicks == CLICKS


@pytest.mark.parametrize("locale", ["fr", "he"])
def test_every_step_of_it_is_accessible(land, ava, run_tasks, locale):
    ava.locale = locale
    ava.save()
    walk = land(locale, **PHONE)
    expect(walk.page.locator("html")).to_have_attribute("dir", "rtl" if locale == "he" else "ltr")
    walk_to_the_end(walk, run_tasks, axe=True)
    assert_everything_stands(ava)
    assert Assistant.objects.get().language == locale


def test_without_scripts_the_page_is_asked_for_again_by_hand(land, ava, run_tasks, new_browser, newcomer):
    page = new_browser(java_script_enabled=False)
    page.set_default_timeout(PATIENCE)
    client = Client()
    client.force_login(newcomer)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": settings.SITE_URL}])
    walk = Walk(page, "fr")
    page.goto("/fr/onboarding")
    walk.be_at("welcome")
    walk.go_on("organization")
    walk.go_on("vapi")
    walk.fill_from_the_sandbox()
    walk.go_on("vapi")
    walk.go_on("twilio")
    walk.fill_from_the_sandbox()
    walk.go_on("twilio")
    run_tasks()
    walk.click("#number-state a")
    walk.see("#number-state .note--good")
    walk.go_on("assistant")
    walk.click("main a[href='?persona=medical']")
    walk.go_on("assistant")
    run_tasks()
    walk.click("#assistant-state a")
    walk.see("#chat")
    walk.go_on("done")
    walk.click("main .setup__actions .button--primary")
    page.wait_for_url(REST)
    assert_everything_stands(ava)


class Keyboard:
    """Presses Tab until an element has the focus, then Enter or Space."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def reach(self, selector: str) -> None:
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        pytest.fail(f"no Tab leads to {selector}")

    def press(self, selector: str, key: str = "Enter") -> None:
        self.reach(selector)
        self.page.keyboard.press(key)


def test_keyboard_alone_does_everything(land, ava, run_tasks):
    walk = land("fr")
    page, keys = walk.page, Keyboard(walk.page)
    great = "main .setup__actions .button--primary"
    keys.press(great)
    walk.be_at("organization")
    keys.press(great, "Space")
    walk.be_at("vapi")
    keys.reach("input[name=region]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[value=sandbox]")).to_be_checked()
    keys.reach("input[name=private_key]")
    page.keyboard.type(settings.SANDBOX_VAPI_KEY)
    page.keyboard.press("Enter")
    walk.see(".note--good")
    keys.press(great)
    walk.be_at("twilio")
    keys.press("main details:has(ol) summary", "Space")
    expect(page.locator("main details:has(ol)")).to_have_attribute("open", "")
    keys.press("main a[href='?sandbox=1']")
    page.wait_for_url("**?sandbox=1")
    keys.press(great)
    walk.be_at("twilio")
    walk.see("#number-state")
    run_tasks()
    walk.see("#number-state .note--good")
    keys.press(great)
    walk.be_at("assistant")
    keys.press("main a[href='?persona=craftsman']")
    walk.see("[name=first_message]")
    keys.press(great)
    walk.see("#assistant-state")
    run_tasks()
    walk.see("#chat")
    keys.reach("#chat input[name=text]")
    page.keyboard.type("Bonjour")
    page.keyboard.press("Enter")
    walk.see(".turn--caller")
    keys.press(great)
    walk.be_at("done")
    keys.press(great)
    page.wait_for_url(REST)
    assert_everything_stands(ava)

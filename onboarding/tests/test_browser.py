"""The set-up in a browser, from the mailed link to the dashboard: touch, keyboard, and without scripts."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from accounts.tests.factories import UserFactory
from accounts.tests.helpers import link_in
from assistants.models import Assistant
from assistants.sync.mirrored import SyncState
from connections.enums import NumberState
from connections.models import TwilioConnection
from core.tests.browser import press, visit
from organizations.models import Organization

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
CALM = {"reduced_motion": "reduce"}
PATIENCE = 30_000  # milliseconds; a page asks for itself again every other second
TAPS = 4  # from the mail to the assistant's first answer, on a phone; typing is none
REST = re.compile(r"/o/ava$")
GREAT = "main .setup__actions .button--primary"
REAL = "main [name=real]"


class Walk:
    """A walk through the steps that counts its taps, beginning with the one on the mailed link."""

    def __init__(self, page: Any, locale: str) -> None:
        self.page, self.locale, self.taps = page, locale, 1

    def click(self, selector: str) -> None:
        self.taps += 1
        self.page.locator(selector).click()

    def go_on(self, step: str) -> None:
        """Press the step's primary button, and wait for the next step."""
        self.click(GREAT)
        self.be_at(step)

    def try_without_account(self, trade: str) -> None:
        """From the welcome page to the assistant's."""
        self.click(f"main label:has(input[value={trade}])")
        self.go_on("assistant")
        self.see("#assistant-state")

    def say(self, words: str) -> None:
        """Write to the assistant, and wait for its answer."""
        self.page.locator("#chat [name=text]").fill(words)
        self.click("#chat form button")
        self.see("#chat .turn--caller + .turn:not(.turn--caller)")

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


@pytest.mark.parametrize("locale", ["fr", "he", "en"])
def test_first_answer_is_four_taps_from_the_mail(land, ava, run_tasks, locale):
    ava.locale = locale
    ava.save()
    walk = land(locale, **PHONE)
    walk.check_with_axe()
    walk.try_without_account("restaurant")
    run_tasks()
    walk.see("#chat")
    walk.say({"fr": "Bonjour", "he": "שלום", "en": "Hello"}[locale])
    assert walk.taps <= TAPS
    walk.check_with_axe()
    walk.click(GREAT)
    walk.page.wait_for_url(REST)
    assert_everything_stands(ava)
    assert Assistant.objects.get().language == locale


def test_time_zone_of_the_browser_is_proposed(new_browser, settings):
    settings.AVA_SIGNUP = "open"
    page = new_browser(**CALM, **PHONE, timezone_id="Asia/Calcutta")
    sign_in(page, UserFactory(name="", timezone="Europe/Paris"))
    visit(page, "/fr/onboarding/welcome")
    expect(page.locator("[data-zone]")).to_have_text("Calcutta")
    page.locator("main label:has(input[value=lawyer])").click()
    page.fill("[name=name]", "Cabinet Rao")
    page.fill("[name=person]", "Anita Rao")
    press(page.locator(REAL))
    assert Organization.objects.get().timezone == "Asia/Kolkata"


def test_real_accounts_are_connected_step_by_step(land, ava, run_tasks):
    walk = land("fr", **PHONE)
    walk.click("main label:has(input[value=craftsman])")
    walk.click(REAL)
    walk.be_at("vapi")
    walk.fill_from_the_sandbox()
    walk.go_on("vapi")
    walk.see(".note")
    walk.check_with_axe()
    walk.go_on("twilio")
    walk.fill_from_the_sandbox()
    walk.click("#twilio-number button")
    walk.see("#twilio-number input[type=radio]:checked")
    walk.check_with_axe()
    walk.go_on("twilio")
    run_tasks()
    walk.see("#number-state .note--good")
    walk.go_on("assistant")
    walk.see("[name=first_message]")
    walk.check_with_axe()
    walk.go_on("assistant")
    run_tasks()
    walk.see("#chat")
    walk.click(GREAT)
    walk.page.wait_for_url(REST)
    assert_everything_stands(ava)
    assert Assistant.objects.get().persona == "craftsman"


def test_without_scripts_the_page_is_asked_for_again_by_hand(ava, run_tasks, new_browser, newcomer):
    page = new_browser(java_script_enabled=False)
    page.set_default_timeout(PATIENCE)
    sign_in(page, newcomer)
    walk = Walk(page, "fr")
    page.goto("/fr/onboarding")
    walk.be_at("welcome")
    walk.try_without_account("medical")
    run_tasks()
    walk.click("#assistant-state a")
    walk.see("#chat")
    page.locator("#chat [name=text]").fill("Bonjour")
    walk.click("#chat form button")
    walk.see(".turn--caller + .turn:not(.turn--caller)")
    page.goto("/fr/onboarding")
    walk.click(GREAT)
    page.wait_for_url(REST)
    assert_everything_stands(ava)


def sign_in(page: Any, user: Any) -> None:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": settings.SITE_URL}])


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
    keys.press("input[name=trade]", "Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=trade]").nth(1)).to_be_checked()
    keys.press("main details summary", "Space")
    expect(page.locator("main details")).to_have_attribute("open", "")
    keys.press(GREAT)
    walk.be_at("assistant")
    run_tasks()
    walk.see("#chat")
    keys.reach("#chat input[name=text]")
    page.keyboard.type("Bonjour")
    page.keyboard.press("Enter")
    walk.see(".turn--caller")
    keys.press(GREAT)
    page.wait_for_url(REST)
    assert_everything_stands(ava)

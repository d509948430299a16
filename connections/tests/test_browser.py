"""Connecting with real browsers, against the sandbox."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from accounts.models import User
from connections.models import TwilioConnection, VapiConnection
from connections.tests.factories import VAPI_KEY
from core.tests.browser import visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

BOTH = pytest.mark.parametrize(("locale", "width"), [("fr", 1280), ("he", 390)])


def sign_in(page, site: str, user: User) -> None:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def assert_axe_is_content(page) -> None:
    report = Axe().run(page)
    assert report.violations_count == 0, report.generate_report()


@BOTH
def test_sandbox_is_connected_with_a_few_clicks(new_browser, site, owner, run_tasks, locale, width):
    page = new_browser(viewport={"width": width, "height": 844}, reduced_motion="reduce")
    sign_in(page, site, owner)
    for provider in ("vapi", "twilio"):
        page.goto(f"/{locale}/o/bakery/connections")
        page.locator(f"#{provider} a[href$='sandbox=1']").click()
        page.wait_for_url(re.compile(f"/connections/{provider}"))
        assert_axe_is_content(page)
        page.locator("main form button.button--primary").click()
        page.wait_for_url(re.compile("/connections$"))
        expect(page.locator(f"#{provider} .card__head .badge--good")).to_be_visible()
    expect(page.locator("#number[data-poll] .badge--hollow")).to_be_visible()
    run_tasks()
    expect(page.locator("#number .badge--good")).to_be_visible()  # without a reload
    expect(page.locator("[data-poll]")).to_have_count(0)
    assert_axe_is_content(page)
    assert VapiConnection.objects.get().is_sandbox
    assert TwilioConnection.objects.get().number_state == "in_step"
    page.locator("#vapi form[action$='/vapi/check'] button").click()
    expect(page.locator(".toast")).to_contain_text("Vapi")


def test_refused_key_is_reported_and_not_stored_in_the_browser(new_browser, site, owner):
    page = new_browser()
    sign_in(page, site, owner)
    visit(page, "/fr/o/bakery/connections/vapi")
    page.locator("input[name=region][value=sandbox]").check()
    page.fill("input[name=private_key]", VAPI_KEY)
    page.locator("[data-controller=reveal]").click()
    expect(page.locator("input[name=private_key]")).to_have_attribute("type", "text")
    page.locator("main form button.button--primary").click()
    expect(page.locator("#id_private_key_error")).to_be_visible()
    expect(page.locator("input[name=private_key]")).to_be_focused()
    expect(page.locator("input[name=private_key]")).to_have_value("")
    expect(page.locator("input[name=region][value=sandbox]")).to_be_checked()
    expect(page.locator("details.help")).to_have_attribute("open", "")
    stored = page.evaluate("[{...sessionStorage}, {...localStorage}]")
    assert VAPI_KEY not in json.dumps(stored)
    assert VAPI_KEY not in page.content()


def test_connects_without_javascript(new_browser, site, owner):
    page = new_browser(java_script_enabled=False)
    sign_in(page, site, owner)
    page.goto("/fr/o/bakery/connections/vapi?sandbox=1")
    page.locator("main form button.button--primary").click()
    expect(page.locator("#vapi .badge--good")).to_be_visible()

"""Signing in with a real browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import AuthSession, LoginToken
from accounts.tests.factories import make_link
from accounts.tests.helpers import link_in
from core.tests.browser import press, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

ANYWHERE_ELSE = re.compile(r"^(?!.*(/auth|/verify-magic-link))")


@pytest.fixture
def plain_browser(new_browser):
    """Browsers that load no style sheets and pictures: looks are tested by the screens."""

    def make(**options):
        page = new_browser(**options)
        page.context.route(re.compile(r"\.(css|svg|woff2|png)$"), lambda route: route.abort())
        return page

    return make


@pytest.fixture
def mailed(run_tasks, mailoutbox):
    """The link of the last mail."""

    def link() -> str:
        run_tasks()
        return link_in(mailoutbox[-1])

    return link


def ask(page, user, locale="fr") -> None:
    page.goto(f"/{locale}/auth")
    page.locator("input[name=email]").fill(user.email)
    press(page.locator("form:has(input[name=email]) button[type=submit]").first)
    expect(page).to_have_url(re.compile(r"/auth/sent\?"))


def verify_url(secret: str, locale: str = "fr") -> str:
    return f"/{locale}/verify-magic-link?token={secret}"


def test_browser_that_asked_is_signed_in_without_a_click(plain_browser, newcomer, mailed):
    page = plain_browser()
    ask(page, newcomer)
    page.goto(mailed())
    page.wait_for_url("**/fr/onboarding/welcome")
    expect(page.locator("h1")).to_contain_text("Test")
    assert AuthSession.objects.live().get().user == newcomer


def test_the_link_opened_in_a_new_tab_signs_in_too(plain_browser, owner, mailed):
    page = plain_browser()
    ask(page, owner)
    tab = page.context.new_page()
    tab.goto(mailed())
    tab.wait_for_url("**/fr/o/bakery")
    page.goto("/fr/dashboard")
    assert page.url.endswith("/fr/o/bakery")


def test_mail_scanner_with_scripts_does_not_use_the_link_in_ten_seconds(plain_browser, owner, mailed):
    ask(plain_browser(), owner)
    scanner = plain_browser()
    scanner.clock.install()
    visit(scanner, mailed())
    scanner.clock.run_for(10_000)
    expect(scanner.locator("main button").first).to_be_visible()
    scanner.evaluate("fetch('/health')")  # a request by the page would be answered before this one
    assert LoginToken.objects.get().used_at is None
    assert not AuthSession.objects.exists()


def test_another_browser_signs_in_with_one_click(plain_browser, owner):
    page = plain_browser()
    page.goto(verify_url(make_link(owner, browser="x" * 43).secret))
    page.locator("main form button").first.click()
    page.wait_for_url("**/fr/o/bakery")


def test_without_scripts_the_button_works(plain_browser, owner, mailed):
    page = plain_browser(java_script_enabled=False)
    ask(page, owner)
    page.goto(mailed())
    page.locator("main form button").first.click()
    page.wait_for_url("**/fr/o/bakery")


def test_expired_link_gives_a_new_one_that_works(plain_browser, owner, mailed):
    page = plain_browser()
    ask(page, owner)
    link = mailed()
    LoginToken.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    page.goto(link)
    expect(page.locator("h1")).to_contain_text("expiré")
    page.locator("main form button").first.click()
    page.wait_for_url("**/auth/sent?**")
    page.goto(mailed())
    page.wait_for_url("**/fr/o/bakery")


def test_sign_out_closes_the_pages(plain_browser, owner):
    page = plain_browser()
    page.goto(verify_url(make_link(owner).secret))
    page.locator("main form button").first.click()
    page.wait_for_url("**/fr/o/bakery")
    kept = '{"values": [], "until": 9e15}'
    page.evaluate(f"localStorage.setItem('keep:someone /page /page', '{kept}')")
    page.locator("button[popovertarget=menu-person]:visible").first.click()
    page.locator("form[action$='/logout'] button").click()
    page.wait_for_url("**/fr/auth")
    assert page.evaluate("localStorage.length") == 0
    page.goto("/fr/o/bakery")
    page.wait_for_url("**/fr/auth?next=/fr/o/bakery")


def test_language_switch_keeps_the_page(plain_browser, site):
    page = plain_browser()
    page.goto("/fr/auth?next=/fr/o/bakery")
    press(page.locator(".languages [lang=he]"))
    expect(page).to_have_url(re.compile(r"/he/auth\?next=/fr/o/bakery$"))
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


def test_language_switch_keeps_the_link_and_puts_it_into_no_address(plain_browser, owner):
    page = plain_browser()
    secret = make_link(owner, browser="x" * 43).secret
    page.goto(verify_url(secret))
    press(page.locator(".languages [lang=he]"))
    expect(page).to_have_url(re.compile("/he/verify-magic-link$"))
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("input[name=token]").first).to_have_value(secret)
    page.locator("main form button").first.click()
    page.wait_for_url(ANYWHERE_ELSE)
    assert AuthSession.objects.live().get().user == owner


def test_no_request_of_the_page_carries_the_link(plain_browser, owner):
    page = plain_browser()
    secret, requests = make_link(owner, browser="x" * 43).secret, []
    page.on("request", lambda request: requests.append(request))
    visit(page, verify_url(secret))
    assert len(requests) > 3
    assert [each.url for each in requests[1:] if secret in each.url] == []
    referers = [each.all_headers().get("referer", "") for each in requests]
    assert [referer for referer in referers if secret in referer] == []


def test_keyboard_is_enough(plain_browser, owner, mailed):
    page = plain_browser()
    page.goto("/fr/auth")
    page.locator("input[name=email]").focus()
    page.keyboard.type(owner.email)
    page.keyboard.press("Enter")
    page.wait_for_url("**/auth/sent?**")
    mailed_to = plain_browser()
    mailed_to.goto(mailed())
    button = mailed_to.locator("main form button").first
    for _ in range(15):
        mailed_to.keyboard.press("Tab")
        if button.evaluate("element => element === document.activeElement"):
            break
    mailed_to.keyboard.press("Enter")
    mailed_to.wait_for_url("**/fr/o/bakery")


def test_first_tab_skips_to_the_content(plain_browser, site):
    page = plain_browser()
    page.goto("/fr/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_wrong_address_is_told_beside_the_field(plain_browser, site):
    page = plain_browser()
    page.goto("/fr/auth")
    page.locator("input[name=email]").fill("camille@exam")
    page.keyboard.press("Enter")
    field = page.locator("input[name=email][aria-invalid=true]")
    expect(field).to_have_value("camille@exam")
    described = field.get_attribute("aria-describedby").split()
    assert any(page.locator(f"#{name}").inner_text() for name in described)


def test_a_link_stays_in_the_address_while_its_button_waits(plain_browser, newcomer):
    page = plain_browser()
    page.goto(verify_url(make_link(newcomer).secret))
    button = page.locator("main form button[type=submit]")
    expect(button).to_be_enabled()
    expect(page).to_have_url(re.compile("token="))
    press(button)
    expect(page).to_have_url(ANYWHERE_ELSE)


def test_a_dead_link_does_not_stay_in_the_address(plain_browser, newcomer):
    page = plain_browser()
    link = make_link(newcomer)
    LoginToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    page.goto(verify_url(link.secret))
    expect(page).to_have_url(re.compile("/verify-magic-link$"))

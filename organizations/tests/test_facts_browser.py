"""Answering in a browser: a thumb without scripts, and a keyboard."""

import re
from datetime import time
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from core.tests.browser import press, session_cookie, visit
from organizations.facts.models import Fact, OpeningSpan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("locale", ["fr", "he"])
def test_week_is_tapped_on_a_phone_without_scripts(new_browser, bakery, member, locale):
    page = new_browser(member, java_script_enabled=False, **PHONE)
    page.goto(f"/{locale}/o/bakery/facts")
    for day in range(1, 6):
        page.locator(f"label:has([name=day{day}_0])").tap()
    page.fill("input[name=opens_0]", "07:00")
    page.fill("input[name=closes_0]", "19:30")
    page.locator("label:has([name=day6_1])").tap()
    page.fill("input[name=opens_1]", "07:00")
    press(page.locator("main form button.button--primary"))
    expect(page.locator("#id_closes_1_error")).to_be_visible()
    expect(page.locator("input[name=opens_0]")).to_have_value("07:00")
    page.fill("input[name=closes_1]", "13:00")
    press(page.locator("main form button.button--primary"))
    expect(page.locator("#hours input")).to_have_count(0)
    expect(page.locator("#closures input[type=date]").first).to_be_visible()
    assert OpeningSpan.objects.count() == 6
    assert OpeningSpan.objects.get(weekday=6).closes == time(13)


def test_keyboard_answers_and_the_next_question_waits(new_browser, bakery, member):
    page = new_browser(member)
    visit(page, "/fr/o/bakery/facts/address")
    expect(page.locator("textarea[name=text]")).to_be_focused()
    page.keyboard.type("12 rue des Tilleuls")
    page.keyboard.press("Tab")
    expect(page.locator("main form button.button--primary")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/fr/o/bakery/facts/hours#hours$"))
    expect(page.locator("#address")).to_contain_text("12 rue des Tilleuls")
    assert Fact.objects.get().text == "12 rue des Tilleuls"


def test_day_and_night_hides_the_times(new_browser, bakery, member):
    page = new_browser(member)
    visit(page, "/fr/o/bakery/facts/hours")
    expect(page.locator("input[name=opens_0]")).to_be_visible()
    page.locator("label:has([value=always])").click()
    expect(page.locator("input[name=opens_0]")).to_be_hidden()


def test_answer_outlives_the_session(new_browser, site, bakery, member):
    page = new_browser(member)
    visit(page, "/fr/o/bakery/facts")
    page.locator("label:has([name=day3_0])").click()
    page.fill("input[name=opens_0]", "09:00")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    press(page.locator("main form button.button--primary"))
    expect(page.locator("input[name=email]")).to_be_visible()
    page.context.add_cookies([session_cookie(member, site)])
    visit(page, "/fr/o/bakery/facts/hours")
    expect(page.locator("input[name=opens_0]")).to_have_value("09:00")
    expect(page.locator("input[name=day3_0]")).to_be_checked()
    expect(page.locator("input[name=day2_0]")).not_to_be_checked()

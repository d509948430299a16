"""Inviting and accepting in a browser."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import AuthSession
from core.tests.browser import axe_violations, press, visit
from organizations.models import Membership
from organizations.permissions import Role
from organizations.tests.factories import MembershipFactory, make_invitation
from organizations.tests.helpers import invitation_link

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

BOTH = pytest.mark.parametrize("locale", ["fr", "he"])


@BOTH
def test_invited_user_joins_in_two_clicks(new_browser, site, bakery, owner, run_tasks, mailoutbox, locale):
    bakery.locale = locale
    bakery.save()
    page = new_browser(owner)
    page.goto(f"/{locale}/o/bakery/team")
    assert axe_violations(page) == []
    page.fill("input[name=email]", "new@example.com")
    page.locator("select[name=role]").select_option("viewer")
    press(page.locator("form[action$='/team/invite'] button"))
    expect(page.locator(".toast")).to_contain_text("new@example.com")
    expect(page.locator("main")).to_contain_text("new@example.com")
    run_tasks()

    guest = new_browser(viewport={"width": 390, "height": 844})
    guest.goto(invitation_link(mailoutbox[-1]))
    expect(guest).to_have_url(re.compile("token="))  # for "open in browser" in a mail program
    expect(guest.locator("html")).to_have_attribute("dir", "rtl" if locale == "he" else "ltr")
    expect(guest.locator("main")).to_contain_text("Boulangerie Martin")
    assert axe_violations(guest) == []
    press(guest.locator("main form button[type=submit]"))
    expect(guest).to_have_url(re.compile(f"/{locale}/o/bakery$"))
    membership = Membership.objects.get(user__email="new@example.com")
    assert (membership.role, membership.user.locale) == (Role.VIEWER, locale)
    guest.goto(f"/{locale}/o/bakery/team")
    expect(guest.locator("main")).to_contain_text(owner.email)
    expect(guest.locator("main form")).to_have_count(0)
    assert axe_violations(guest) == []


def test_language_switch_keeps_the_invitation_and_shows_it_in_no_address(new_browser, bakery):
    _invitation, secret = make_invitation(bakery)
    page = new_browser()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.goto(f"/fr/invitations/accept?token={secret}")
    press(page.get_by_role("button", name="עברית"))
    expect(page).to_have_url(re.compile("/he/invitations/accept$"))
    press(page.locator("main form button[type=submit]"))
    expect(page).to_have_url(re.compile("/he/o/bakery$"))
    assert [secret in url for url in seen].count(True) == 1


def test_mail_scanner_accepts_nothing(new_browser, bakery):
    _invitation, secret = make_invitation(bakery)
    page = new_browser()
    page.clock.install()
    visit(page, f"/fr/invitations/accept?token={secret}")
    page.clock.run_for(10_000)
    page.evaluate("fetch('/health')")  # a request that the page had sent would be answered before this one
    assert not AuthSession.objects.exists()


def test_keyboard_changes_a_role(new_browser, site, bakery, owner):
    target = MembershipFactory(organization=bakery, role=Role.VIEWER)
    page = new_browser(owner)
    visit(page, "/fr/o/bakery/team")
    page.locator(f"[popovertarget='menu-{target.id}']").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"[id='menu-{target.id}'] button").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_be_visible()
    target.refresh_from_db()
    assert target.role == Role.ADMIN


def test_keyboard_switches_the_organisation(new_browser, site, bakery, owner):
    MembershipFactory(user=owner, organization__name="Second", organization__slug="second", role=Role.VIEWER)
    page = new_browser(owner)
    visit(page, "/fr/o/bakery")
    page.locator(".sidebar [popovertarget=menu-organization]").focus()
    page.keyboard.press("Enter")
    menu = page.locator("#menu-organization")
    expect(menu.get_by_role("link")).to_have_count(2)
    expect(menu.get_by_role("link").first).to_be_focused()
    second = menu.locator("a[href$='/o/second']")
    if page.evaluate("document.activeElement.href").endswith("/o/bakery"):
        page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/fr/o/second$"))


def test_filters_are_folded_on_a_phone_only(new_browser, owner):
    page = new_browser(owner, viewport={"width": 390, "height": 844})
    visit(page, "/fr/o/bakery/audit")
    expect(page.locator("select[name=group]")).to_be_hidden()
    page.locator(".filters summary").click()
    assert axe_violations(page) == []
    page.select_option("select[name=group]", "team")
    press(page.locator(".filters button"))
    expect(page).to_have_url(re.compile("group=team"))
    expect(page.locator("select[name=group]")).to_be_hidden()
    expect(page.locator(".filters summary")).to_contain_text("1")
    page.set_viewport_size({"width": 1280, "height": 844})
    expect(page.locator("select[name=group]")).to_be_visible()
    expect(page.locator(".filters summary")).to_be_hidden()
